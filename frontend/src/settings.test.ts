import { expect, it } from "vitest";
import { readSettings, SettingsInvalid } from "./settings";

const COGNITO = {
  VITE_WEBSOCKET_URL: "wss://chat.example/prod",
  VITE_COGNITO_USER_POOL_ID: "eu-central-1_abc",
  VITE_COGNITO_CLIENT_ID: "client",
  VITE_AWS_REGION: "eu-central-1",
};
const variablesAtFault = (environment: Record<string, string>) => {
  try {
    readSettings(environment);
  } catch (error) {
    return error instanceof SettingsInvalid ? error.variables : error;
  }
  return null;
};

it("reads the settings of a deployment", () => {
  expect(readSettings(COGNITO)).toEqual({
    websocketUrl: "wss://chat.example/prod",
    cognito: { userPoolId: "eu-central-1_abc", clientId: "client", endpoint: undefined },
  });
});

it("needs no user pool for the mock sign-in", () => {
  const settings = readSettings({ VITE_WEBSOCKET_URL: "ws://127.0.0.1:3001/local", VITE_MOCK_AUTH: "true" });
  expect(settings.cognito).toBeNull();
});

it.each([
  [{}, Object.keys(COGNITO)],
  [{ ...COGNITO, VITE_COGNITO_CLIENT_ID: "" }, ["VITE_COGNITO_CLIENT_ID"]],
  [{ ...COGNITO, VITE_WEBSOCKET_URL: "https://chat.example" }, ["VITE_WEBSOCKET_URL"]],
  [{ ...COGNITO, VITE_AWS_REGION: "us-east-1" }, ["VITE_AWS_REGION", "VITE_COGNITO_USER_POOL_ID"]],
  [{ VITE_MOCK_AUTH: "true" }, ["VITE_WEBSOCKET_URL"]],
])("names what is missing or wrong in %o", (environment, variables) => {
  expect(variablesAtFault(environment as Record<string, string>)).toEqual(variables);
});
