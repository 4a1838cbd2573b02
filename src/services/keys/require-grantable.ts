import type { KeyScope } from "../../plane/snapshot.ts";
import type { KeyCarrier } from "../../secrets/key-format.ts";
import { requireOperator } from "../access.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";

/**
 * Nobody hands out, or gets hold of, a scope that reaches beyond the org but who may do so themselves. Throws `key_scope`
 * or `role_missing`.
 */
export function requireGrantable(ctx: ServiceContext, scopes: readonly KeyScope[]): void {
  if (scopes.includes("operator")) requireOperator(ctx);
}

/** A token in a URL is seen by too many to manage anything. Throws `unprocessable`. */
export function requireFitting(carrier: KeyCarrier, scopes: readonly KeyScope[]): void {
  const unfit =
    carrier === "url" ? scopes.find((scope) => scope === "admin" || scope === "operator") : undefined;
  if (unfit === undefined) return;
  throw unprocessable([{ path: "/scopes", message: `a key for URLs may not have the scope \`${unfit}\`` }]);
}
