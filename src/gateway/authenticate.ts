import type { KeyPlane } from "../engine/plane.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { SplitUrl } from "./split-url.ts";

/** What keys are known by; the digest is keyed, so that equal ones are looked up and nothing is compared byte by byte. */
export type AuthenticateOptions = Pick<GatewayContext, "plane" | "digestKey" | "now">;

/** Longer than any key; what is longer is not hashed. */
const longestKey = 512;

/**
 * The key a request was sent with, from the path token or from any of the places SDKs put one.
 *
 * @throws PenstockError `key_missing`, `key_invalid`, `key_scope`.
 */
export function authenticate(headers: Headers, url: SplitUrl, context: AuthenticateOptions): KeyPlane {
  const carrier = url.pathToken === undefined ? "header" : "url";
  const presented = url.pathToken ?? presentedKey(headers, url.query);
  if (presented === undefined) throw new PenstockError("key_missing");
  const key =
    presented.length > longestKey ? undefined : context.plane()?.keys.get(context.digestKey(presented));
  if (key === undefined || key.config.carrier !== carrier) throw new PenstockError("key_invalid");
  const { expiresAt, scopes } = key.config;
  if (expiresAt !== undefined && expiresAt <= context.now()) throw new PenstockError("key_invalid");
  if (!scopes.includes("gateway")) throw new PenstockError("key_scope", { fields: { scope: "gateway" } });
  return key;
}

const bearer = /^bearer /i;
const bearerLength = "bearer ".length;

function presentedKey(headers: Headers, query: string): string | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    // Something that is no bearer token, e.g. a proxy's basic auth, does not hide a key in another header.
    if (bearer.test(authorization)) return nonEmpty(authorization.slice(bearerLength).trim());
  }
  return (
    nonEmpty(headers.get("x-api-key")) ??
    nonEmpty(headers.get("api-key")) ??
    nonEmpty(headers.get("x-goog-api-key")) ??
    (query === "" ? undefined : nonEmpty(new URLSearchParams(query).get("key")))
  );
}

function nonEmpty(value: string | null): string | undefined {
  return value === null || value === "" ? undefined : value;
}
