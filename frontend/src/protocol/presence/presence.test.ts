import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOW } from "@/testing/messages";
import type { Member, MembersAnswer, PresenceChange } from "@/protocol/frames";
import { applyAnswer, applyChanges, INDEX_LAG_MS, onlineMembers, UNKNOWN_PRESENCE, type Presence } from "./presence";

const USERS = ["alice", "bob", "carol", "dora"].map((userId) => ({ userId, username: userId.toUpperCase() }));
const [ALICE, BOB] = USERS as [Member, Member];
const change = (member: Member, online: boolean, at: number): PresenceChange => ({ ...member, online, at });
const online = (presence: Presence) => onlineMembers(presence)?.map(({ userId }) => userId).sort();

/** What came to pass: changes of a few users, some in the same millisecond, in the order of the server's clock. */
const arbitraryPast = fc
  .array(fc.record({ user: fc.constantFrom(...USERS), online: fc.boolean(), gap: fc.integer({ min: 0, max: 700 }) }), {
    maxLength: 25,
  })
  .map((steps) => {
    let at = NOW;
    return steps.map((step) => change(step.user, step.online, (at += step.gap)));
  });
/** Changes, some of them twice and some lost, in any order, in frames of any size. */
const delivered = (past: PresenceChange[]) =>
  fc
    .shuffledSubarray([...past, ...past], { minLength: past.length })
    .chain((all) => fc.array(fc.nat(all.length), { maxLength: 4 }).map((cuts) => inFrames(all, cuts)));

function inFrames(all: PresenceChange[], cuts: number[]): PresenceChange[][] {
  const edges = [0, ...cuts.sort((a, b) => a - b), all.length];
  return edges.slice(1).map((end, index) => all.slice(edges[index], end));
}

/** What the server answers at `at`, when all that came to pass by then is in its index. */
function answer(past: readonly PresenceChange[], at: number): MembersAnswer {
  const members = onlineMembers(applyChanges(UNKNOWN_PRESENCE, past.filter((each) => each.at <= at))) ?? [];
  const bare = members.map(({ userId, username }) => ({ userId, username }));
  return { roomId: "global", members: bare, online: bare.length, more: false, at };
}

describe("presence", () => {
  it("is after a fetch what a fresh fetch gives, whatever came before, in any order and twice", () => {
    const scenario = arbitraryPast.chain((past) => fc.tuple(fc.constant(past), delivered(past), fc.nat(25)));
    fc.assert(
      fc.property(scenario, ([past, frames, cut]) => {
        // Given a state as of some earlier answer, to which changes were applied
        const stale = applyAnswer(UNKNOWN_PRESENCE, answer(past, past[cut]?.at ?? NOW));
        const changed = frames.reduce(applyChanges, stale);
        // When the members are fetched, and the changes come once more
        const fresh = answer(past, (past.at(-1)?.at ?? NOW) + INDEX_LAG_MS);
        const fetched = frames.reduce(applyChanges, applyAnswer(changed, fresh));
        // Then nothing of the earlier state is left
        expect(fetched).toEqual(applyAnswer(UNKNOWN_PRESENCE, fresh));
      }),
    );
  });

  it("ends the same in whatever order changes come, before an answer or after it", () => {
    const scenario = arbitraryPast.chain((past) => fc.tuple(fc.constant(past), delivered(past), fc.nat(25), fc.nat(10)));
    fc.assert(
      fc.property(scenario, ([past, frames, cut, turn]) => {
        const fetched = answer(past, past[cut]?.at ?? NOW);
        const before = frames.slice(0, turn).reduce(applyChanges, UNKNOWN_PRESENCE);
        const either = frames.slice(turn).reduce(applyChanges, applyAnswer(before, fetched));
        const backwards = frames.flat().reverse();
        const allAfter = applyChanges(applyAnswer(UNKNOWN_PRESENCE, fetched), backwards);
        expect(online(either)).toEqual(online(allAfter));
      }),
    );
  });

  it("takes the newest change of a user, not the last to arrive", () => {
    const left = applyChanges(UNKNOWN_PRESENCE, [change(ALICE, false, NOW + 2)]);
    expect(online(applyChanges(left, [change(ALICE, true, NOW + 1)]))).toEqual([]);
    expect(online(applyChanges(left, [change(ALICE, true, NOW + 3)]))).toEqual(["alice"]);
  });

  it("does not lose who came so shortly before the answer that the index did not know it", () => {
    const late = change(BOB, true, NOW - 20);
    const seen = applyAnswer(UNKNOWN_PRESENCE, answer([change(ALICE, true, NOW - 5_000)], NOW));
    expect(online(applyChanges(seen, [late]))).toEqual(["alice", "bob"]);
  });

  it("ignores an answer that is older than the last one", () => {
    const seen = applyAnswer(UNKNOWN_PRESENCE, answer([change(ALICE, true, NOW)], NOW + 10));
    expect(applyAnswer(seen, answer([], NOW + 9))).toBe(seen);
  });

  it("knows only the number in a large room, until it is listed again", () => {
    const large = { roomId: "global", members: null, online: 1_000, more: true, at: NOW };
    const counted = applyAnswer(applyChanges(UNKNOWN_PRESENCE, [change(ALICE, true, NOW)]), large);
    expect(onlineMembers(counted)).toBeNull();
    expect(applyChanges(counted, [change(BOB, true, NOW + 1)])).toBe(counted);
    expect(counted.answer).toEqual({ online: 1_000, more: true, at: NOW });
    expect(online(applyAnswer(counted, answer([change(BOB, true, NOW)], NOW + 10)))).toEqual(["bob"]);
  });

  it("stays the same object when nothing is new", () => {
    const seen = applyChanges(UNKNOWN_PRESENCE, [change(ALICE, true, NOW)]);
    expect(applyChanges(seen, [change(ALICE, true, NOW), change(ALICE, false, NOW - 1)])).toBe(seen);
  });
});
