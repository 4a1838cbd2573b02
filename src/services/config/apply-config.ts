import { createHash } from "node:crypto";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { Origin } from "../../storage/records/origin.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireAdmin, requireOperator } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { inTransaction } from "../in-transaction.ts";
import { type ServiceContext, withActor } from "../service-context.ts";
import { buildDesired } from "./build-desired.ts";
import { carryOut } from "./carry-out.ts";
import { type ConfigPlan, changesOf } from "./config-plan.ts";
import { discoverNew } from "./discover-new.ts";
import type { ConfigDocument } from "./document/config-document.ts";
import { configInvalid, positionOf } from "./document/config-problem.ts";
import { type ReferenceValues, requireValues } from "./document/resolve-references.ts";
import { type LoadedOrg, loadCurrent } from "./load-current.ts";
import { refuseConflicts } from "./owner-conflicts.ts";
import { planConfig } from "./plan-config.ts";
import { probeProviders } from "./probe-providers.ts";

export interface ApplyConfigInput {
  readonly document: ConfigDocument;
  /** A value for each reference of the document. */
  readonly values: ReferenceValues;
  /** The only org the file may touch; undefined: the operator's own file, which may touch and create any. */
  readonly orgId: string | undefined;
  /** Rehearse it without asking any vendor, and undo it. */
  readonly dryRun: boolean;
  /** False: refuse to generate keys, since nobody would see them. */
  readonly mayGenerateKeys: boolean;
  /** `planId` of a plan that was agreed to; anything else is refused. */
  readonly expectedPlan?: string | undefined;
}

export interface ApplyConfigResult {
  readonly file: string;
  readonly plan: ConfigPlan;
  /** Equal for equal plans. */
  readonly planId: string;
  /** Keys that were generated; given out this once. */
  readonly keys: readonly { readonly org: string; readonly name: string; readonly value: Secret }[];
  /** What did not go well without being a reason to refuse, e.g. a discovery that failed. */
  readonly warnings: readonly string[];
}

/**
 * Makes the database say what the file says, all or nothing: every new credential is tried first, then everything
 * changes in one transaction. A second call changes nothing. Throws `config_invalid` with file positions,
 * `origin_conflict` naming both owners, `conflict` when somebody else changed things meanwhile.
 */
export async function applyConfig(ctx: ServiceContext, input: ApplyConfigInput): Promise<ApplyConfigResult> {
  const { document, values, orgId } = input;
  requireSender(ctx, orgId);
  requireValues(document, values);
  const origin: Origin = `file:${document.file}`;
  const desired = buildDesired(ctx, { document, values });
  const acting = withActor(ctx, { kind: "file", name: document.file, orgId });

  const planFrom = (current: readonly LoadedOrg[]) => {
    refuseForeignOrgs(document, { orgId, current });
    const { plan, conflicts } = planConfig({ origin, desired, current });
    refuseConflicts(conflicts, { document, origin });
    return plan;
  };

  const current = await loadCurrent(ctx.storage.reads, { orgId });
  const plan = planFrom(current);
  const planId = identify(plan);
  if (input.expectedPlan !== undefined && input.expectedPlan !== planId) throw changedMeanwhile();
  if (!input.mayGenerateKeys) refuseGeneratedKeys(document, plan);
  const result = { file: document.file, plan, planId };
  if (changesOf(plan).length === 0) return { ...result, keys: [], warnings: [] };

  const probes = input.dryRun ? new Map() : await probeProviders(acting, { document, values, plan, current });
  const run = async (joined: ServiceContext) => {
    const now = await loadCurrent(joined.storage.reads, { orgId });
    if (identify(planFrom(now)) !== planId) throw changedMeanwhile();
    const done = await carryOut(joined, { document, values, plan, current: now, probes });
    // Each change is the file's act; that the file was applied is the act of whoever did that.
    await joined.storage.change((writes) =>
      recordApplied({ ...joined, actor: ctx.actor }, writes, { ...result, orgId }),
    );
    return done;
  };
  if (input.dryRun) {
    await rehearse(acting, run);
    return { ...result, keys: [], warnings: [] };
  }
  const { keys, created } = await inTransaction(acting, run);
  return { ...result, keys, warnings: await discoverNew(acting, { created }) };
}

function recordApplied(
  ctx: ServiceContext,
  writes: Writes,
  applied: {
    readonly file: string;
    readonly plan: ConfigPlan;
    readonly planId: string;
    readonly orgId: string | undefined;
  },
): Promise<void> {
  const { file, plan, planId, orgId } = applied;
  const steps = changesOf(plan).map(({ action, kind, org, name }) => `${action} ${kind} ${org}/${name}`);
  return recordAct(ctx, writes, {
    orgId,
    action: "config.apply",
    target: { kind: "config", id: undefined, name: file },
    after: { plan: planId, steps },
  });
}

/** Runs `work` in a transaction that is always undone. */
async function rehearse(ctx: ServiceContext, work: (ctx: ServiceContext) => Promise<unknown>): Promise<void> {
  let done = false;
  try {
    await inTransaction(ctx, async (joined) => {
      await work(joined);
      done = true;
      throw changedMeanwhile();
    });
  } catch (error) {
    if (!done) throw error;
  }
}

function refuseGeneratedKeys(document: ConfigDocument, plan: ConfigPlan): void {
  const made = new Set(
    plan.steps
      .filter(({ action, kind }) => action === "create" && kind === "key")
      .map(({ org, name }) => `${org}/${name}`.toLowerCase()),
  );
  const problems = document.orgs.flatMap((org) =>
    org.keys
      .filter((key) => key.value === undefined && made.has(`${org.name}/${key.name}`.toLowerCase()))
      .map((key) => ({
        position: positionOf(document, key.pointer),
        message:
          `a value generated for the key \`${key.name}\` would be shown to nobody at start: give it ` +
          "`value: { env: NAME }`, or use `penstock apply`, which shows it once",
      })),
  );
  if (problems.length > 0) throw configInvalid(document.file, problems);
}

function changedMeanwhile(): PenstockError {
  return new PenstockError("conflict", {
    fields: { reason: "The configuration was changed by somebody else since the plan was made; plan again." },
  });
}

function identify(plan: ConfigPlan): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 32);
}

/** A caller of the API acts on its own org only, and only as an admin. */
/** Before the file acts on its own: whoever sends it must be who may. */
function requireSender(ctx: ServiceContext, orgId: string | undefined): void {
  if (orgId === undefined) requireOperator(ctx);
  else requireAdmin(ctx, orgId);
}

function refuseForeignOrgs(
  document: ConfigDocument,
  { orgId, current }: { readonly orgId: string | undefined; readonly current: readonly LoadedOrg[] },
): void {
  if (orgId === undefined) return;
  const own = current[0]?.name ?? "";
  const foreign = document.orgs.filter(({ name }) => name.toLowerCase() !== own.toLowerCase());
  if (foreign.length === 0) return;
  throw configInvalid(
    document.file,
    foreign.map(({ pointer }) => ({
      position: positionOf(document, pointer),
      message: `this key belongs to the organization \`${own}\` and may change no other`,
    })),
  );
}
