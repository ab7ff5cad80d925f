import * as amplify from "aws-amplify/auth";
import { beforeEach, expect, it, vi } from "vitest";
import { SessionExpired } from "@/protocol/errors";
import { cognitoAuthentication } from "./cognito";
import { markSignOut } from "./signOutMark";

vi.mock("aws-amplify/auth");
const stored = vi.hoisted(() => ({ loadTokens: vi.fn(), clearTokens: vi.fn(async () => undefined) }));
vi.mock("aws-amplify/auth/cognito", () => ({
  cognitoUserPoolsTokenProvider: { tokenOrchestrator: { getTokenStore: () => stored, clearTokens: stored.clearTokens } },
}));

const authentication = cognitoAuthentication({ userPoolId: "eu-central-1_x", clientId: "c" });
const USER = { userId: "sub-1", username: "Alice" };
const named = (name: string) => Object.assign(new Error(name), { name });
const session = (payload: object | null) =>
  vi.mocked(amplify.fetchAuthSession).mockResolvedValue(
    payload ? ({ tokens: { idToken: { payload, toString: () => "t0ken" } } } as never) : ({} as never),
  );
const signInStep = (step: string) =>
  vi.mocked(amplify.signIn).mockResolvedValue({ nextStep: { signInStep: step } } as never);

beforeEach(() => {
  vi.clearAllMocks();
  session({ sub: "sub-1", nickname: "Alice", "cognito:username": "alice" });
});

it("knows the user by the ID token's subject and nickname", async () => {
  expect(await authentication.currentUser()).toEqual(USER);
  session({ sub: "sub-1", "cognito:username": "alice" });
  expect(await authentication.currentUser()).toEqual({ userId: "sub-1", username: "alice" });
  session(null);
  expect(await authentication.currentUser()).toBeNull();
});

it.each([
  ["DONE", { kind: "signedIn", user: USER }],
  ["CONFIRM_SIGN_UP", { kind: "confirmSignUp" }],
  ["CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED", { kind: "newPassword" }],
  ["RESET_PASSWORD", { kind: "resetPassword" }],
])("tells what follows a sign-in that answers %s", async (step, next) => {
  signInStep(step);
  expect(await authentication.signIn("alice", "secret")).toEqual(next);
  expect(amplify.signIn).toHaveBeenCalledWith({
    username: "alice",
    password: "secret",
    options: { authFlowType: "USER_SRP_AUTH" },
  });
});

it("ends a session left over before it signs in", async () => {
  signInStep("DONE");
  await authentication.signIn("alice", "secret");
  expect(stored.clearTokens).toHaveBeenCalledBefore(vi.mocked(amplify.signIn));
});

it("signs out here at once, also on a network that answers nothing, and has the session revoked meanwhile", async () => {
  const asked = vi.spyOn(globalThis, "fetch").mockImplementation((_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", reject)));
  stored.loadTokens.mockResolvedValueOnce({ refreshToken: "r3fresh" });
  await authentication.signOut();
  expect(stored.clearTokens).toHaveBeenCalledOnce();
  const [address, init] = asked.mock.lastCall ?? [];
  expect([address, init?.body]).toEqual(["https://cognito-idp.eu-central-1.amazonaws.com/", JSON.stringify({ ClientId: "c", Token: "r3fresh" })]);
  expect(init).toMatchObject({ method: "POST", keepalive: true, headers: { "x-amz-target": "AWSCognitoIdentityProviderService.RevokeToken" } });
  await authentication.signOut();
  expect(asked).toHaveBeenCalledOnce();
});

it("lets no renewal that was under way at the sign-out, in whichever tab, bring the session back", async () => {
  const renewed = Promise.withResolvers<never>();
  vi.mocked(amplify.fetchAuthSession).mockReturnValueOnce(renewed.promise);
  const asked = expect(token(true)).rejects.toBeInstanceOf(SessionExpired);
  markSignOut();
  renewed.resolve({ tokens: { idToken: { payload: { sub: "sub-1" }, toString: () => "t0ken" } } } as never);
  await asked;
  expect(stored.clearTokens).toHaveBeenCalledOnce();
});

it.each([
  ["NotAuthorizedException", "wrongCredentials"],
  ["UserNotFoundException", "wrongCredentials"],
  ["CodeMismatchException", "wrongCode"],
  ["LimitExceededException", "tooManyAttempts"],
  ["NetworkError", "unreachable"],
  ["EmptySignInPassword", "invalidInput"],
  ["SomethingNew", "unknown"],
])("tells the user what %s means", async (name, failure) => {
  vi.mocked(amplify.confirmSignUp).mockRejectedValue(named(name));
  await expect(authentication.confirmSignUp("alice", "1")).rejects.toMatchObject({ failure });
});

it("waits for no answer that does not come", async () => {
  vi.useFakeTimers();
  vi.mocked(amplify.signIn).mockReturnValue(new Promise(() => undefined));
  const asked = expect(authentication.signIn("alice", "secret")).rejects.toMatchObject({ failure: "unreachable" });
  await vi.advanceTimersByTimeAsync(30_000);
  await asked;
  vi.useRealTimers();
});

it("shows the display name of a sign-up as the nickname", async () => {
  await authentication.signUp({ login: "dora", email: "d@example.com", displayName: "Dora", password: "p" });
  expect(amplify.signUp).toHaveBeenCalledWith({
    username: "dora",
    password: "p",
    options: { userAttributes: { email: "d@example.com", nickname: "Dora" } },
  });
});

it("deletes the user who is signed in, and says why where it could not", async () => {
  await authentication.deleteUser();
  expect(amplify.deleteUser).toHaveBeenCalledOnce();
  vi.mocked(amplify.deleteUser).mockRejectedValueOnce(named("NetworkError"));
  await expect(authentication.deleteUser()).rejects.toMatchObject({ failure: "unreachable" });
});

async function token(refresh: boolean) {
  const credentials = authentication.credentials(USER);
  return credentials.kind === "cognito" ? credentials.idToken(refresh) : undefined;
}

it("gives the ID token, renewed when asked to", async () => {
  expect(await token(true)).toBe("t0ken");
  expect(amplify.fetchAuthSession).toHaveBeenLastCalledWith({ forceRefresh: true });
});

it("calls a session expired when it is gone or refused, not when the network is down", async () => {
  session(null);
  await expect(token(false)).rejects.toBeInstanceOf(SessionExpired);
  vi.mocked(amplify.fetchAuthSession).mockRejectedValue(named("NotAuthorizedException"));
  await expect(token(true)).rejects.toBeInstanceOf(SessionExpired);
  vi.mocked(amplify.fetchAuthSession).mockRejectedValue(named("NetworkError"));
  await expect(token(true)).rejects.toMatchObject({ name: "NetworkError" });
});

it("gives no token of somebody else, who has signed in in another tab of the browser", async () => {
  session({ sub: "sub-2", nickname: "Bob" });
  await expect(token(false)).rejects.toBeInstanceOf(SessionExpired);
});

it("takes an account that turns out to be confirmed for confirmed: the first answer was lost", async () => {
  const confirmed = Object.assign(new Error("User cannot be confirmed. Current status is CONFIRMED"), { name: "NotAuthorizedException" });
  vi.mocked(amplify.confirmSignUp).mockRejectedValueOnce(confirmed);
  await expect(authentication.confirmSignUp("dora", "123456")).resolves.toBeUndefined();
});

it("says of a step that came too late that it did, not that the password is wrong", async () => {
  vi.mocked(amplify.confirmSignIn).mockRejectedValueOnce(named("NotAuthorizedException"));
  await expect(authentication.setNewPassword("better")).rejects.toMatchObject({ failure: "stepExpired" });
});
