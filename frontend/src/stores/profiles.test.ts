import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { useProfilesStore } from "./profiles";

beforeEach(() => {
  setActivePinia(createPinia());
});

const said = (at: number, username: string) => message(at, { userId: "dora", username });

it("asks anew about who says something under another name", () => {
  const profiles = useProfilesStore();
  profiles.want("dora");
  profiles.heard(said(NOW, "Dora"));
  expect(profiles.take(10)).toEqual(["dora"]);

  profiles.heard(said(NOW + 1, "Dora"));
  expect(profiles.wanted).toEqual([]);
  profiles.heard(said(NOW + 2, "Dora the Renamed"));
  expect(profiles.wanted).toEqual(["dora"]);
});

it("asks anew about who is known by another name than that of the first thing they say", () => {
  const profiles = useProfilesStore();
  profiles.want("dora");
  profiles.take(10);
  profiles.learn({ userId: "dora", handle: "dora", displayName: "Dora", status: "" });

  profiles.heard(said(NOW, "Dora the Renamed"));
  expect(profiles.wanted).toEqual(["dora"]);
});

it("asks about nobody anew for what they said before, however often it is shown", () => {
  const profiles = useProfilesStore();
  profiles.want("dora");
  profiles.take(10);
  for (let shown = 0; shown < 3; shown++) {
    profiles.heard(said(NOW, "Dora"));
    profiles.heard(said(NOW - 1, "Dorothea"));
  }
  expect(profiles.wanted).toEqual([]);
});

it("asks anew about who may have come or gone, once for however many want to know", () => {
  const profiles = useProfilesStore();
  profiles.want("dora");
  profiles.wantAnew("dora");
  expect(profiles.take(10)).toEqual(["dora"]);
  profiles.wantAnew("dora");
  profiles.wantAnew("dora");
  expect(profiles.take(10)).toEqual(["dora"]);
});
