/** The build's environment (`VITE_…`), checked once at start-up. */
import * as v from "valibot";

const common = { VITE_WEBSOCKET_URL: v.pipe(v.string(), v.url(), v.regex(/^wss?:/)) };
const required = v.pipe(v.string(), v.nonEmpty());
const mockSchema = v.object({ ...common, VITE_MOCK_AUTH: v.literal("true") });
const cognitoSchema = v.object({
  ...common,
  VITE_COGNITO_USER_POOL_ID: required,
  VITE_COGNITO_CLIENT_ID: required,
  VITE_AWS_REGION: required,
  VITE_COGNITO_ENDPOINT: v.optional(v.pipe(v.string(), v.url())),
});

export interface CognitoSettings {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Address of an emulator in place of AWS. */
  readonly endpoint?: string | undefined;
}
export interface Settings {
  readonly websocketUrl: string;
  /** Null when anybody may claim any name (`VITE_MOCK_AUTH=true`). */
  readonly cognito: CognitoSettings | null;
}

/** Variables of the environment are missing or wrong. */
export class SettingsInvalid extends Error {
  constructor(readonly variables: readonly string[]) {
    super(`missing or wrong: ${variables.join(", ")}`);
    this.name = "SettingsInvalid";
  }
}

/** @throws SettingsInvalid */
export function readSettings(environment: Record<string, unknown>): Settings {
  if (environment["VITE_MOCK_AUTH"] === "true") {
    return { websocketUrl: checked(mockSchema, environment).VITE_WEBSOCKET_URL, cognito: null };
  }
  const values = checked(cognitoSchema, environment);
  // A pool's id starts with its region; a mix-up would only show as a puzzling sign-in error.
  if (!values.VITE_COGNITO_USER_POOL_ID.startsWith(`${values.VITE_AWS_REGION}_`)) {
    throw new SettingsInvalid(["VITE_AWS_REGION", "VITE_COGNITO_USER_POOL_ID"]);
  }
  return {
    websocketUrl: values.VITE_WEBSOCKET_URL,
    cognito: {
      userPoolId: values.VITE_COGNITO_USER_POOL_ID,
      clientId: values.VITE_COGNITO_CLIENT_ID,
      endpoint: values.VITE_COGNITO_ENDPOINT,
    },
  };
}

function checked<T extends v.GenericSchema>(schema: T, environment: Record<string, unknown>): v.InferOutput<T> {
  const result = v.safeParse(schema, withoutEmpty(environment));
  if (result.success) return result.output;
  throw new SettingsInvalid([...new Set(result.issues.map((issue) => v.getDotPath(issue) ?? "?"))]);
}

/** A variable set to nothing is one that is not set. */
function withoutEmpty(environment: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
