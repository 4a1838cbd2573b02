import { PenstockError } from "../errors/penstock-error.ts";
import type { Origin } from "../storage/records/origin.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./service-context.ts";

/** The origin of what this actor writes. */
export function originOf(actor: Actor): Origin {
  return actor.kind === "file" ? `file:${actor.name}` : "api";
}

/** Throws `origin_conflict`, naming both, when a row is managed by somebody else. `what`: e.g. "provider `main`". */
export function requireOrigin(
  ctx: ServiceContext,
  row: { readonly what: string; readonly origin: Origin },
): void {
  const own = originOf(ctx.actor);
  if (row.origin === own) return;
  throw new PenstockError("origin_conflict", {
    fields: { what: row.what, owner: ownerName(row.origin), actor: ownerName(own) },
  });
}

function ownerName(origin: Origin): string {
  return origin === "api" ? "the API" : `the file ${origin.slice("file:".length)}`;
}
