/** What a frame may hold that this client does not understand: a newer server knows more, and one wrong entry takes no page with it. */
import * as v from "valibot";

import { LONGEST_WAIT_MS } from "./wait";

/** The latest time that a sort key can tell, in 13 digits: in the year 2286. */
export const LATEST = 9_999_999_999_999;
/** Epoch milliseconds, such as can be shown and compared. */
export const time = v.pipe(v.number(), v.transform((given) => Math.min(Math.max(Math.trunc(given), 0), LATEST)));

/** For how long to wait, milliseconds. */
export const wait = v.pipe(v.number(), v.transform((given) => Math.min(Math.max(given, 0), LONGEST_WAIT_MS)));

/** Those of the entries that this client understands. */
export function listOf<S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.array(v.unknown()),
    v.transform((items): v.InferOutput<S>[] => items.flatMap((item) => understood(schema, item))),
  );
}

function understood<S extends v.GenericSchema>(schema: S, item: unknown): v.InferOutput<S>[] {
  const result = v.safeParse(schema, item);
  return result.success ? [result.output] : [];
}
