import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick } from "vue";
import { useRoomsStore } from "@/stores/rooms";
import { useMembersPanel } from "./useMembersPanel";

beforeEach(() => setActivePinia(createPinia()));

it.each([
  ["closes as a drawer, over the conversation,", false],
  ["stays as a column beside it", true],
])("%s when another room is shown", async (_, asColumn) => {
  vi.spyOn(window, "matchMedia").mockImplementation((media) => Object.assign(new EventTarget(), { media, matches: asColumn }) as never);
  const { open } = effectScope().run(useMembersPanel) as ReturnType<typeof useMembersPanel>;
  await nextTick();
  open.value = true;
  useRoomsStore().activate("ops");
  await nextTick();
  expect(open.value).toBe(asColumn);
});
