import type { Secret } from "../../secrets/secret.ts";
import type { Misconfiguration } from "../driver.ts";
import type { Auth } from "./auth.ts";
import { noAuth } from "./none.ts";

/** Where a key is put: in a header, after a prefix that may be empty, or in a query parameter. */
export type KeyPlacement =
  | { readonly in: "header"; readonly name: string; readonly prefix: string }
  | { readonly in: "query"; readonly name: string };

/** `Authorization: Bearer …` */
export const bearer = {
  in: "header",
  name: "authorization",
  prefix: "Bearer ",
} as const satisfies KeyPlacement;

/** Authentication by a key that never changes; nothing is added when there is no key. */
export function apiKeyAuth(key: Secret | undefined, placement: KeyPlacement): Auth {
  if (key === undefined) return noAuth;
  if (placement.in === "query") {
    return {
      headers: {},
      url(url) {
        const target = new URL(url);
        target.searchParams.set(placement.name, key.reveal());
        return target.href;
      },
    };
  }
  return { ...noAuth, headers: { [placement.name.toLowerCase()]: placement.prefix + key.reveal() } };
}

/** Headers that belong to the connection or the body; a key there would break the call. */
const reserved = new Set(["connection", "content-length", "content-type", "host", "transfer-encoding"]);

/** Why a key cannot be put there, by the option that says so; undefined when it can. */
export function placementProblem(placement: KeyPlacement): Misconfiguration | undefined {
  if (placement.in === "query")
    return placement.name === "" ? wrong("auth_query", "the query parameter has no name") : undefined;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(placement.name))
    return wrong("auth_header", "the header name of the API key is not a header name");
  if (reserved.has(placement.name.toLowerCase()))
    return wrong("auth_header", `the API key cannot be sent in \`${placement.name}\``);
  if (!/^[\x20-\x7e]*$/.test(placement.prefix))
    return wrong("auth_prefix", "the prefix of the API key has characters no header can hold");
  return undefined;
}

/** `option`: one of `keyPlacementForm`. */
function wrong(option: "auth_header" | "auth_prefix" | "auth_query", message: string): Misconfiguration {
  return { path: `/options/${option}`, message };
}
