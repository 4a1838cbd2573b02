import { PenstockError } from "../errors/penstock-error.ts";
import type { OrgRecord } from "../storage/records/org-record.ts";
import type { Reads } from "../storage/repositories/reads.ts";
import type { ServiceContext } from "./service-context.ts";

/** The first duty of every verb: the actor may administer this org. Another org's id does not exist for it. */
export function requireAdmin(ctx: ServiceContext, orgId: string): void {
  const { actor } = ctx;
  if (actor.kind === "system") return;
  if (actor.kind === "key" && !actor.scopes.includes("admin")) throw missingScope("admin");
  if (actor.orgId !== undefined && actor.orgId !== orgId) throw notFound(`organization ${orgId}`);
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
