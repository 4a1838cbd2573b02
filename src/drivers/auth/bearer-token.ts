import type { Authorize } from "../driver.ts";
import { tokenSourceOf } from "./oauth2.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import type { TokenKeeper } from "./token-keeper.ts";

const prefix = "Bearer ";

/** Puts a token of this client on every call; one that the vendor refuses before its time is got anew. */
export function bearerToken(client: OAuth2Client, keeper?: TokenKeeper): Authorize {
  const source = tokenSourceOf(client, keeper);
  const authorize: Authorize = async (_call, fetch) => ({
    authorization: prefix + (await source.token(fetch)).reveal(),
  });
  const refused: Authorize["refused"] = ({ authorization = "" }) =>
    source.refused(authorization.slice(prefix.length));
  return Object.assign(authorize, { refused });
}
