import { randomBytes } from "node:crypto";
import { Secret } from "../secrets/secret.ts";

/** 256 random bits for a link that works once; only a keyed digest of them is kept. */
export function newLinkToken(): Secret {
  return new Secret(randomBytes(32).toString("base64url"));
}
