import { expect, it } from "vitest";
import { frameToken } from "./credentials";
import { SessionExpired, TokenUnavailable } from "./errors";

it.each([
  ["TokenUnavailable, which may pass", new TypeError("Failed to fetch"), TokenUnavailable],
  ["SessionExpired, as it was said", new SessionExpired(), SessionExpired],
])("calls it %s, where there is no token to ask with", async (_, failure, called) => {
  const asked = frameToken({ kind: "cognito", idToken: () => Promise.reject(failure) }, false);
  await expect(asked).rejects.toBeInstanceOf(called);
});
