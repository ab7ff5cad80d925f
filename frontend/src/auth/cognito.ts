/** Sign-in by Amazon Cognito (SRP) and aws-amplify, loaded on demand. */
import { Amplify } from "aws-amplify";
import * as amplify from "aws-amplify/auth";
import { SessionExpired } from "@/protocol/errors";
import { withDeadline } from "@/protocol/wait";
import type { CognitoSettings } from "@/settings";
import {
  AuthenticationFailed,
  type AuthenticationFailure,
  type CognitoAuthentication,
  type NextStep,
  type User,
} from "./authentication";
import { endSession, forgetTokens } from "./localTokens";
import { signOutMark } from "./signOutMark";

/** Cognito's exceptions, as what the user can do about them. */
const FAILURES: Record<string, AuthenticationFailure> = {
  NotAuthorizedException: "wrongCredentials",
  UserNotFoundException: "wrongCredentials",
  CodeMismatchException: "wrongCode",
  ExpiredCodeException: "codeExpired",
  UsernameExistsException: "accountExists",
  AliasExistsException: "accountExists",
  InvalidPasswordException: "weakPassword",
  InvalidParameterException: "invalidInput",
  LimitExceededException: "tooManyAttempts",
  TooManyRequestsException: "tooManyAttempts",
  TooManyFailedAttemptsException: "tooManyAttempts",
  NetworkError: "unreachable",
};

/** A sign-in makes three requests, each of which a network that drops them lets wait for minutes. */
const PATIENCE_MS = 30_000;

export function cognitoAuthentication(settings: CognitoSettings): CognitoAuthentication {
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: settings.userPoolId,
        userPoolClientId: settings.clientId,
        ...(settings.endpoint === undefined ? {} : { userPoolEndpoint: settings.endpoint }),
      },
    },
  });

  return {
    kind: "cognito",
    currentUser: () => translated(currentUser),
    signIn: (login, password) =>
      translated(async () => {
        // A session left over from another tab would make Cognito's client refuse the new one.
        if (await currentUser()) await endSession(settings);
        const { nextStep } = await amplify.signIn({
          username: login,
          password,
          options: { authFlowType: "USER_SRP_AUTH" },
        });
        return stepAfter(nextStep.signInStep);
      }),
    setNewPassword: (password) =>
      translated(async () => {
        const { nextStep } = await amplify.confirmSignIn({ challengeResponse: password });
        return stepAfter(nextStep.signInStep);
      }, { refusal: "stepExpired" }),
    signUp: ({ login, email, displayName, password }) =>
      translated(async () => {
        const userAttributes = { email, nickname: displayName };
        await amplify.signUp({ username: login, password, options: { userAttributes } });
      }),
    confirmSignUp: (login, code) =>
      translated(() => confirmOnce(login, code)),
    resendCode: (login) => translated(async () => void (await amplify.resendSignUpCode({ username: login }))),
    requestPasswordReset: (login) => translated(async () => void (await amplify.resetPassword({ username: login }))),
    confirmPasswordReset: (login, code, password) =>
      translated(() =>
        amplify.confirmResetPassword({ username: login, confirmationCode: code, newPassword: password }),
      ),
    rename: (displayName) =>
      translated(async () => {
        await amplify.updateUserAttributes({ userAttributes: { nickname: displayName } });
        await session(true);
        return requireUser();
      }),
    signOut: () => translated(() => endSession(settings)),
    deleteUser: () => translated(() => amplify.deleteUser()),
    credentials: ({ userId }) => ({ kind: "cognito", idToken: (refresh) => idTokenOf(userId, refresh) }),
  };
}

/** A renewal that was on its way when somebody signed out, in whichever tab, brings the session back to the browser: it goes again. */
async function session(forceRefresh = false) {
  const before = signOutMark();
  const found = await amplify.fetchAuthSession({ forceRefresh });
  if (signOutMark() === before) return found;
  await forgetTokens();
  throw new SessionExpired();
}

async function currentUser(): Promise<User | null> {
  const { tokens } = await session();
  const claims = tokens?.idToken?.payload;
  if (!claims?.sub) return null;
  const username = claims["nickname"] ?? claims["cognito:username"] ?? claims.sub;
  return { userId: claims.sub, username: String(username) };
}

async function requireUser(): Promise<User> {
  const user = await currentUser();
  if (!user) throw new AuthenticationFailed("unknown");
  return user;
}

async function stepAfter(signInStep: string): Promise<NextStep> {
  switch (signInStep) {
    case "DONE":
      return { kind: "signedIn", user: await requireUser() };
    case "CONFIRM_SIGN_UP":
      return { kind: "confirmSignUp" };
    case "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED":
      return { kind: "newPassword" };
    case "RESET_PASSWORD":
      return { kind: "resetPassword" };
    default:
      throw new AuthenticationFailed("unknown");
  }
}

/** The tabs of a browser share one sign-in. Where another one has changed it, this one's is over: nobody may speak for somebody else. */
async function idTokenOf(userId: string, refresh: boolean): Promise<string> {
  const { tokens } = await session(refresh).catch((error: unknown) => {
    // Anything but a refusal (no network, a busy service) may pass.
    throw failureOf(error) === "wrongCredentials" ? new SessionExpired() : error;
  });
  const token = tokens?.idToken;
  if (token?.payload.sub !== userId) throw new SessionExpired();
  return token.toString();
}

/** Where the answer to a confirmation was lost on the way, its repetition finds the account confirmed: that is what was wanted. */
async function confirmOnce(login: string, code: string): Promise<void> {
  try {
    await amplify.confirmSignUp({ username: login, confirmationCode: code });
  } catch (error) {
    // Cognito: "User cannot be confirmed. Current status is CONFIRMED".
    if (!(error instanceof Error && /status is CONFIRMED/.test(error.message))) throw error;
  }
}

interface Meaning {
  /** What it means that Cognito does not authorize it. */
  refusal?: AuthenticationFailure;
}

/** Runs `work`, whose failures are those of `AuthenticationFailed`. */
async function translated<T>(work: () => Promise<T>, { refusal = "wrongCredentials" }: Meaning = {}): Promise<T> {
  try {
    const unreachable = () => new AuthenticationFailed("unreachable");
    return await withDeadline(work(), PATIENCE_MS, unreachable);
  } catch (error) {
    if (error instanceof AuthenticationFailed) throw error;
    const failure = failureOf(error);
    throw new AuthenticationFailed(failure === "wrongCredentials" ? refusal : failure, { cause: error });
  }
}

function failureOf(error: unknown): AuthenticationFailure {
  if (!(error instanceof Error)) return "unknown";
  // "EmptySignUpPassword" and its like come from amplify itself, before anything is sent.
  return FAILURES[error.name] ?? (error.name.startsWith("Empty") ? "invalidInput" : "unknown");
}
