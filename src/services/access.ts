import { PenstockError } from "../errors/penstock-error.ts";
import type { OrgRecord } from "../storage/records/org-record.ts";
import type { Reads } from "../storage/repositories/reads.ts";
import type { Actor } from "./actor.ts";
import { covers, type Role } from "./members/role.ts";
import type { ServiceContext } from "./service-context.ts";

/** The first duty of a verb that only reads: the actor may see this org. Another org's id does not exist for it. */
export function requireViewer(ctx: ServiceContext, orgId: string): void {
  requireRole(ctx, { orgId, role: "viewer" });
}

/** The first duty of a verb that changes what an org has: providers, models, keys, settings. */
export function requireAdmin(ctx: ServiceContext, orgId: string): void {
  requireRole(ctx, { orgId, role: "admin" });
}

/** Throws `not_found` for another org, `key_scope` for a key and `role_missing` for a person who may not do that. */
export function requireRole(
  ctx: ServiceContext,
  needed: { readonly orgId: string; readonly role: Role },
): void {
  const { actor } = ctx;
  if (actor.kind === "system") return;
  if (actor.orgId !== undefined && actor.orgId !== needed.orgId) {
    throw notFound(`organization ${needed.orgId}`);
  }
  const role = roleOf(actor);
  if (role !== undefined && covers(role, needed.role)) return;
  // No scope would make a key an owner.
  throw actor.kind === "key" && needed.role !== "owner"
    ? missingScope(needed.role === "viewer" ? "read" : "admin")
    : new PenstockError("role_missing", { fields: { role: needed.role } });
}

/** A key is no person: it never gets an owner's rights over the others. */
function roleOf(actor: Exclude<Actor, { kind: "system" }>): Role | undefined {
  switch (actor.kind) {
    case "file":
      return "admin";
    case "user":
      return actor.role;
    case "key":
      if (actor.scopes.includes("admin")) return "admin";
      return actor.scopes.includes("read") ? "viewer" : undefined;
  }
}

/** For verbs that reach beyond one org: people who are operators, keys with the scope `operator`, the operator's file. */
export function requireOperator(ctx: ServiceContext): void {
  if (!isOperator(ctx.actor)) {
    throw ctx.actor.kind === "user"
      ? new PenstockError("role_missing", { fields: { role: "operator" } })
      : missingScope("operator");
  }
}

export function isOperator(actor: Actor): boolean {
  switch (actor.kind) {
    case "system":
      return true;
    case "file":
      return actor.orgId === undefined;
    case "user":
      return actor.operator;
    case "key":
      return actor.scopes.includes("operator");
  }
}

/** The one org the actor is confined to; undefined when it may touch all. */
export function ownOrgOf(ctx: ServiceContext): string | undefined {
  return ctx.actor.kind === "system" ? undefined : ctx.actor.orgId;
}

export async function requireOrg(reads: Reads, orgId: string): Promise<OrgRecord> {
  const org = await reads.orgs.find(orgId);
  if (org === undefined) throw notFound(`organization ${orgId}`);
  return org;
}

export function notFound(what: string): PenstockError {
  return new PenstockError("not_found", { fields: { what } });
}

function missingScope(scope: string): PenstockError {
  return new PenstockError("key_scope", { fields: { scope } });
}
