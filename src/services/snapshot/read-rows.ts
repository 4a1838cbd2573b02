import type { OrgChange } from "../../storage/records/change-record.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { OrgRecord } from "../../storage/records/org-record.ts";
import type { PriceRecord } from "../../storage/records/price-record.ts";
import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";

/** What a build has read: of everything, or of what changed. */
export interface SnapshotRows {
  readonly version: number;
  /** Undefined: the rows are everything there is. */
  readonly changed: readonly OrgChange[] | undefined;
  readonly orgs: readonly OrgRecord[];
  readonly providers: readonly ProviderRecord[];
  readonly credentials: readonly CredentialRecord[];
  /** Enabled ones. */
  readonly models: readonly ModelRecord[];
  /** Live ones. */
  readonly keys: readonly KeyRecord[];
  readonly routes: readonly RouteRecord[];
  readonly limits: readonly LimitRecord[];
  /** Live ones, of orgs that were read as a whole. */
  readonly prices: readonly PriceRecord[];
}

/** All rows that a snapshot is made of. */
export async function readAllRows(reads: Reads): Promise<SnapshotRows> {
  return {
    version: await reads.instance.version(),
    changed: undefined,
    orgs: await reads.orgs.all(),
    providers: await reads.providers.all(),
    credentials: await reads.credentials.all(),
    models: await reads.models.allEnabled(),
    keys: await reads.keys.allLive(),
    routes: await reads.routes.all(),
    limits: await reads.limits.all(),
    prices: await reads.prices.allLive(),
  };
}

/** The rows of what changed; what is named there and has no row is gone. */
export async function readChangedRows(
  reads: Reads,
  version: number,
  changed: readonly OrgChange[],
): Promise<SnapshotRows> {
  const whole = new Set(changed.filter(({ parts }) => parts === undefined).map(({ orgId }) => orgId));
  const named = changed.filter(({ orgId }) => !whole.has(orgId));
  const unique = (kind: "providers" | "keys" | "routes" | "limits") => [
    ...new Set(named.flatMap(({ parts }) => parts?.[kind] ?? [])),
  ];
  const orgs: OrgRecord[] = [];
  for (const id of new Set(changed.map(({ orgId }) => orgId))) {
    const org = await reads.orgs.find(id);
    if (org !== undefined) orgs.push(org);
  }
  const providers = [...(await reads.providers.list(unique("providers")))];
  const keys = [...(await reads.keys.listLive(unique("keys")))];
  const routes = [...(await reads.routes.list(unique("routes")))];
  const limits = [...(await reads.limits.list(unique("limits")))];
  const prices: PriceRecord[] = [];
  for (const id of whole) {
    prices.push(...(await reads.prices.listLiveByOrg(id)));
    providers.push(...(await reads.providers.listByOrg(id)));
    keys.push(...(await reads.keys.listLiveByOrg(id)));
    routes.push(...(await reads.routes.listByOrg(id)));
    limits.push(...(await reads.limits.listByOrg(id)));
  }
  const ids = providers.map(({ id }) => id);
  return {
    version,
    changed,
    orgs,
    providers,
    credentials: await reads.credentials.listByProviders(ids),
    models: await reads.models.enabledByProviders(ids),
    keys,
    routes,
    limits,
    prices,
  };
}
