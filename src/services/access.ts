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
  throw actor.kind === "key"
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

/** For verbs that reach beyond one org. */
export function requireInstanceAdmin(ctx: ServiceContext): void {
  if (ownOrgOf(ctx) !== undefined) throw missingScope("instance");
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
