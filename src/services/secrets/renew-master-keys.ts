import type { KeyWrapper } from "../../secrets/key-wrapper.ts";
import type { MasterKeyRecord } from "../../storage/repositories/master-key-repository.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import type { ServiceContext } from "../service-context.ts";
import { makeMasterKey, unwrapMasterKey, wrapMasterKey } from "./master-keys.ts";

/** What was done to the master keys, or in a dry run would be. */
export interface RenewedMasterKeys {
  /** A fresh key that seals from now on. */
  readonly made: boolean;
  /** Older keys that were wrapped anew, so that the key-encryption key before is no longer needed. */
  readonly rewrapped: number;
}

/**
 * Makes a fresh master key where the newest one is not under the current key-encryption key (or `always`), and wraps the
 * older ones under that, too. Each is a change of its own; what is done already is left. Throws `kek_unavailable`.
 */
export async function renewMasterKeys(
  ctx: ServiceContext,
  { dryRun, always }: { readonly dryRun: boolean; readonly always: boolean },
): Promise<RenewedMasterKeys> {
  const { wrappers } = ctx.vault;
  const records = await ctx.storage.reads.masterKeys.all();
  const stale: MasterKeyRecord[] = [];
  for (const record of records) if (!(await isCurrent(wrappers, record))) stale.push(record);
  const [newest] = records;
  const made = always || newest === undefined || stale.includes(newest);
  if (dryRun) return { made, rewrapped: stale.length };
  if (made) await makeNext(ctx, newest);
  let rewrapped = 0;
  for (const record of stale) if (await rewrap(ctx, record)) rewrapped++;
  await ctx.vault.refresh(ctx.storage.reads.masterKeys);
  return { made, rewrapped };
}

async function isCurrent(wrappers: readonly KeyWrapper[], record: MasterKeyRecord): Promise<boolean> {
  const [wrapper] = wrappers;
  return wrapper !== undefined && wrapper.id === record.wrapper && (await wrapper.isCurrent(record.wrapped));
}

async function makeNext(ctx: ServiceContext, newest: MasterKeyRecord | undefined): Promise<void> {
  const record = await makeMasterKey(ctx.vault.wrappers, {
    at: laterThan(newest?.createdAt ?? 0, ctx.now()),
  });
  await ctx.storage.change(async (writes) => {
    const [now] = await writes.masterKeys.all();
    // Somebody else renews, too, and was faster.
    if (now?.id !== newest?.id) return;
    await writes.masterKeys.insert(record);
    await recordAct(ctx, writes, {
      ...{ orgId: undefined, action: "master_key.create", target: masterKeyTarget(record) },
      after: { wrapper: record.wrapper },
    });
  });
}

async function rewrap(ctx: ServiceContext, record: MasterKeyRecord): Promise<boolean> {
  const { wrappers } = ctx.vault;
  const key = await unwrapMasterKey(wrappers, record);
  const next = await wrapMasterKey(wrappers, { id: record.id, key });
  return ctx.storage.change(async (writes) => {
    if (!(await writes.masterKeys.rewrap(record, next))) return false;
    await recordAct(ctx, writes, {
      ...{ orgId: undefined, action: "master_key.rewrap", target: masterKeyTarget(record) },
      before: { wrapper: record.wrapper },
      after: { wrapper: next.wrapper },
    });
    return true;
  });
}

function masterKeyTarget({ id }: MasterKeyRecord) {
  return { kind: "master_key", id, name: id };
}
