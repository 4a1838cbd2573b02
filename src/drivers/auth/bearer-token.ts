import type { Upstream } from "../driver.ts";
import { type OAuth2Client, tokenSourceOf } from "./oauth2.ts";

/** Puts a token of this client on every call. */
export function bearerToken(client: OAuth2Client): NonNullable<Upstream["authorize"]> {
  const source = tokenSourceOf(client);
  return async (_call, fetch) => ({ authorization: `Bearer ${(await source.token(fetch)).reveal()}` });
}
