import type { Secret } from "../../secrets/secret.ts";
import type { Role } from "../members/role.ts";

/** The OIDC server by which people may sign in. */
export interface OidcSettings {
  /** Its issuer identifier, to which `/.well-known/openid-configuration` is added. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: Secret | undefined;
  /** `openid` among them. */
  readonly scopes: readonly string[];
  /** What the sign-in button says. */
  readonly label: string;
  /** Whoever has a verified address in one of these, lower case, may join without an invitation. */
  readonly allowedDomains: readonly string[];
  /** Where they join: the name of the org. */
  readonly org: string;
  readonly role: Exclude<Role, "owner">;
}
