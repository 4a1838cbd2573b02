import { PenstockError } from "../errors/penstock-error.ts";
import type { ServiceContext } from "./service-context.ts";

/** What a request presumes of the one thing it changes. */
export type Precondition =
  /** It is at one of these revisions, which are its `updatedAt`. */
  | { readonly kind: "revision"; readonly revisions: readonly number[] }
  /** It is there. */
  | { readonly kind: "present" }
  /** It is not there yet. */
  | { readonly kind: "absent" };

/**
 * To be called by every verb that changes or removes one thing, in its transaction: whoever has seen another revision
 * would undo what somebody else did. Throws `precondition_failed`.
 */
export function requireRevision(
  ctx: ServiceContext,
  { what, updatedAt }: { readonly what: string; readonly updatedAt: number },
): void {
  const { precondition } = ctx;
  if (precondition === undefined || precondition.kind === "present") return;
  if (precondition.kind === "revision" && precondition.revisions.includes(updatedAt)) return;
  const header = precondition.kind === "absent" ? "if-none-match" : "if-match";
  throw new PenstockError("precondition_failed", { fields: { what, header } });
}

/** The same for a verb that makes what it was told to change. Throws `precondition_failed`. */
export function requireNoRevision(ctx: ServiceContext, what: string): void {
  const { precondition } = ctx;
  if (precondition === undefined || precondition.kind === "absent") return;
  throw new PenstockError("precondition_failed", { fields: { what, header: "if-match" } });
}

/** For verbs that call others once they have checked. */
export function withoutPrecondition(ctx: ServiceContext): ServiceContext {
  const { precondition: _, ...rest } = ctx;
  return rest;
}
