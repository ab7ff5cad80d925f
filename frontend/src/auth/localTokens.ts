/** Cognito's tokens as they lie in the browser, and their end: gone here at once, and revoked as far as the network lets. */
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import type { CognitoSettings } from "@/settings";

/** Revoking goes on behind the sign-in, which waits for nothing. */
const REVOKED_WITHIN_MS = 10_000;

/** Remove the tokens from the browser. */
export function forgetTokens(): Promise<void> {
  return cognitoUserPoolsTokenProvider.tokenOrchestrator.clearTokens();
}

/**
 * Remove the tokens from the browser, then have Cognito revoke what could renew them; that may fail unseen.
 *
 * `signOut` of amplify revokes first, and removes the tokens once a network that drops everything has given up: a minute
 * later, when somebody else may have signed in.
 */
export async function endSession(settings: CognitoSettings): Promise<void> {
  const { tokenOrchestrator } = cognitoUserPoolsTokenProvider;
  const tokens = await tokenOrchestrator.getTokenStore().loadTokens();
  await forgetTokens();
  if (tokens?.refreshToken) void revoke(settings, tokens.refreshToken).catch(() => undefined);
}

async function revoke({ userPoolId, clientId, endpoint }: CognitoSettings, token: string): Promise<void> {
  const [region] = userPoolId.split("_", 1);
  await fetch(endpoint ?? `https://cognito-idp.${region}.amazonaws.com/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSCognitoIdentityProviderService.RevokeToken" },
    body: JSON.stringify({ ClientId: clientId, Token: token }),
    // Whoever signs out often closes the page at once.
    keepalive: true,
    signal: AbortSignal.timeout(REVOKED_WITHIN_MS),
  });
}
