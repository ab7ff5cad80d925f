import fc from "fast-check";
import { createPinia, setActivePinia } from "pinia";
import { expect, it } from "vitest";
import { useRoomChoicesStore, type KeptChoices } from "./roomChoices";

const NOTHING: KeptChoices = { favourite: false, markedUnread: false };
const step = fc.oneof(
  fc.record({ device: fc.nat(1), choose: fc.constantFrom("favourites" as const, "markedUnread" as const), on: fc.boolean() }),
  fc.record({ device: fc.nat(1), does: fc.constantFrom("tells", "asks", "hears") }),
);

it("is the same on all devices once each has told and heard, however late the answers come", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let account = NOTHING;
      const devices = [0, 1].map(() => {
        setActivePinia(createPinia());
        return { choices: useRoomChoicesStore(), answers: [] as { kept: KeptChoices; asked: number }[] };
      });
      const tell = ({ choices }: (typeof devices)[number]) => {
        if (!choices.untold.has("ops")) return;
        account = choices.chosen("ops");
        choices.told("ops", account);
      };
      const ask = ({ choices, answers }: (typeof devices)[number]) => answers.push({ asked: choices.asking(), kept: account });
      const hear = ({ choices, answers }: (typeof devices)[number]) => {
        const answer = answers.shift();
        if (answer) choices.hear(new Map([["ops", answer.kept]]), answer.asked);
      };
      for (const each of steps) {
        const device = devices[each.device] as (typeof devices)[number];
        const untold = device.choices.untold.has("ops") ? device.choices.chosen("ops") : undefined;
        if ("choose" in each) device.choices.choose(each.choose, "ops", each.on);
        else ({ tells: tell, asks: ask, hears: hear })[each.does as "tells"](device);
        // Nothing that was chosen here is lost to what the account had before.
        if (untold && "does" in each && each.does === "hears") expect(device.choices.chosen("ops")).toEqual(untold);
      }
      for (const device of devices) {
        tell(device);
        while (device.answers.length > 0) hear(device);
      }
      for (const device of devices) {
        ask(device);
        hear(device);
        expect(device.choices.chosen("ops")).toEqual(account);
      }
    }),
  );
});

it("forgets what the account keeps no more, and the mark of what was read elsewhere", () => {
  setActivePinia(createPinia());
  const choices = useRoomChoicesStore();
  choices.hear(new Map([["ops", { favourite: true, markedUnread: true }]]), choices.asking());
  choices.readElsewhere("ops");
  expect(choices.chosen("ops")).toEqual({ favourite: true, markedUnread: false });
  choices.hear(new Map(), choices.asking());
  expect(choices.chosen("ops")).toEqual(NOTHING);
});
