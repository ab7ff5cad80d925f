/** Sign-in by Amazon Cognito (SRP); the only module that knows aws-amplify, and loaded on demand. */
import { Amplify } from "aws-amplify";
import * as amplify from "aws-amplify/auth";
import { SessionExpired } from "@/protocol/errors";
import type { CognitoSettings } from "@/settings";
import {
  AuthenticationFailed,
  type AuthenticationFailure,
  type CognitoAuthentication,
  type NextStep,
  type User,
} from "./authentication";

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
        if (await currentUser()) await amplify.signOut();
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
      }, "stepExpired"),
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
        await amplify.fetchAuthSession({ forceRefresh: true });
        return requireUser();
      }),
    signOut: () => translated(() => amplify.signOut()),
    deleteUser: () => translated(() => amplify.deleteUser()),
    credentials: () => ({ kind: "cognito", idToken }),
  };
}

async function currentUser(): Promise<User | null> {
  const { tokens } = await amplify.fetchAuthSession();
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

async function idToken(refresh: boolean): Promise<string> {
  const { tokens } = await amplify.fetchAuthSession({ forceRefresh: refresh }).catch((error: unknown) => {
    // Anything but a refusal (no network, a busy service) may pass.
    throw failureOf(error) === "wrongCredentials" ? new SessionExpired() : error;
  });
  const token = tokens?.idToken?.toString();
  if (token === undefined) throw new SessionExpired();
  return token;
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

/** Runs `work`; `refusal` is what it means there that Cognito does not authorize it. */
async function translated<T>(
  work: () => Promise<T>,
  refusal: AuthenticationFailure = "wrongCredentials",
): Promise<T> {
  try {
    return await work();
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
