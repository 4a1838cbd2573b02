import * as oauth from "oauth4webapi";
import { z } from "zod";
import type { OidcServer } from "./oidc-server.ts";

/** Who the OIDC server says somebody is. */
export interface OidcPerson {
  readonly issuer: string;
  /** Theirs for ever at this issuer. */
  readonly subject: string;
  /** Lower case; undefined: it does not say. */
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
}

const claims = z.object({
  email: z.string().max(254).pipe(z.email()).optional().catch(undefined),
  // Some servers write it as a text.
  email_verified: z.union([z.boolean(), z.literal("true").transform(() => true)]).catch(false),
  name: z.string().trim().min(1).max(100).optional().catch(undefined),
});

/** From the ID token, and from the userinfo endpoint where the token says nothing of the address. */
export async function readPerson(
  server: OidcServer,
  tokens: oauth.TokenEndpointResponse,
): Promise<OidcPerson> {
  const { as, client, options } = server;
  const token = oauth.getValidatedIdTokenClaims(tokens);
  const subject = token?.sub ?? "";
  let found: unknown = token;
  if (token?.email === undefined && as.userinfo_endpoint !== undefined) {
    const response = await oauth.userInfoRequest(as, client, tokens.access_token, options);
    found = await oauth.processUserInfoResponse(as, client, subject, response);
  }
  const { email, email_verified: emailVerified, name } = claims.parse(found);
  return { issuer: as.issuer, subject, email: email?.toLowerCase(), emailVerified, name };
}
