import type { Upstream } from "../driver.ts";
import { tokenSourceOf } from "./oauth2.ts";
import type { OAuth2Client } from "./oauth2-client.ts";

/** Puts a token of this client on every call. */
export function bearerToken(client: OAuth2Client): NonNullable<Upstream["authorize"]> {
  const source = tokenSourceOf(client);
  return async (_call, fetch) => ({ authorization: `Bearer ${(await source.token(fetch)).reveal()}` });
}
