import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { genesis, macOf } from "./chain.ts";

/** The fields of a thing that are worth keeping; never a secret, at most its fingerprint. */
export type ActFields = Readonly<Record<string, unknown>>;

export interface Act {
  /** Undefined for an act on the instance itself. */
  readonly orgId: string | undefined;
  /** `<entity>.<verb>`, e.g. `provider.update`. */
  readonly action: `${string}.${string}`;
  readonly target: { readonly kind: string; readonly id: string | undefined; readonly name: string };
  /** The thing as it was; omitted for what did not exist. */
  readonly before?: ActFields;
  /** The thing as it is now; omitted for what is gone. When both are given, only what differs is kept. */
  readonly after?: ActFields;
}

/** Appends an act to its org's audit chain, in the transaction that carries it out: both are there, or neither. */
export async function recordAct(ctx: ServiceContext, writes: Writes, act: Act): Promise<void> {
  const orgId = act.orgId ?? "";
  const previous = await writes.audit.last(orgId);
  const { actor, caller } = ctx;
  const [before, after] = differences(act.before, act.after);
  const record = {
    id: ctx.newId("act"),
    orgId,
    seq: (previous?.seq ?? 0) + 1,
    at: ctx.now(),
    actorKind: actor.kind,
    actorId: actor.kind === "key" || actor.kind === "user" ? actor.id : undefined,
    actorName: actor.name,
    address: caller?.address,
    requestId: caller?.requestId,
    action: act.action,
    targetKind: act.target.kind,
    targetId: act.target.id,
    targetName: act.target.name,
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
  };
  await writes.audit.append({ ...record, mac: macOf(ctx, record, previous?.mac ?? genesis) });
}

function differences(
  before: ActFields | undefined,
  after: ActFields | undefined,
): readonly [ActFields | undefined, ActFields | undefined] {
  if (before === undefined || after === undefined) return [before, after];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !Bun.deepEquals(before[name], after[name]),
  );
  const pick = (from: ActFields) => Object.fromEntries(changed.map((name) => [name, from[name]]));
  return [pick(before), pick(after)];
}
