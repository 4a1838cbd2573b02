import type { OrgRecord } from "../../storage/records/org-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { LimitView } from "../limits/limit-view.ts";
import { toLimitViews } from "../limits/to-limit-view.ts";
import { partSecrets } from "../providers/secrets-of.ts";
import type { RouteView } from "../routes/route-view.ts";
import { toRouteViews } from "../routes/to-route-view.ts";
import type { CurrentOrg } from "./config-state.ts";
import { foldTarget } from "./fold-target.ts";

/** An org as it stands, with the ids the plan's steps need to be carried out. */
export interface LoadedOrg extends CurrentOrg {
  readonly id: string;
  readonly providerIds: ReadonlyMap<string, string>;
  readonly routeIds: ReadonlyMap<string, string>;
  readonly keyIds: ReadonlyMap<string, string>;
  readonly limitIds: ReadonlyMap<string, string>;
  readonly priceIds: ReadonlyMap<string, string>;
}

/** Reads what a file could touch. `orgId` undefined: every org. */
export async function loadCurrent(
  reads: Reads,
  { orgId }: { readonly orgId: string | undefined },
): Promise<readonly LoadedOrg[]> {
  const orgs = orgId === undefined ? await reads.orgs.all() : [await reads.orgs.find(orgId)];
  const loaded: LoadedOrg[] = [];
  for (const org of orgs) if (org) loaded.push(await loadOrg(reads, org));
  return loaded;
}

async function loadOrg(reads: Reads, org: OrgRecord): Promise<LoadedOrg> {
  const records = await reads.providers.listByOrg(org.id);
  const keys = (await reads.keys.listLiveByOrg(org.id)).filter(({ carrier }) => carrier === "header");
  const providers: CurrentOrg["providers"][number][] = [];
  for (const record of records) {
    const credentials = await reads.credentials.listByProvider(record.id);
    const { credential, headers } = partSecrets(
      credentials.map(({ field, fingerprint }) => [field, fingerprint]),
    );
    const models = await reads.models.listByProvider(record.id);
    providers.push({
      name: record.name,
      driver: record.driver,
      baseUrl: record.baseUrl,
      options: record.options,
      enabled: record.enabled,
      priority: record.priority,
      quotaGroup: record.quotaGroup,
      credentials: credential,
      headers,
      timeouts: record.timeouts,
      origin: record.origin,
      models: models.map(({ wireId, enabled, origin, source }) => ({
        wireId,
        enabled,
        origin,
        discovered: source === "discovered",
      })),
    });
  }
  const routes = await reads.routes.listByOrg(org.id);
  const limits = (await toLimitViews(reads, await reads.limits.listByOrg(org.id))).map((limit) => ({
    ...limit,
    name: limitName(limit),
  }));
  const prices = (await reads.prices.listLiveByOrg(org.id)).map(
    ({ id, providerId, model, origin, versions }) => {
      const provider = records.find((record) => record.id === providerId)?.name ?? providerId;
      const name = provider === undefined ? model : `${provider}/${model}`;
      return { id, name, provider, origin, tiers: versions.at(-1)?.tiers ?? [] };
    },
  );
  return {
    id: org.id,
    name: org.name,
    defaultModel: org.defaultModel,
    defaultModelOrigin: org.defaultModelOrigin,
    providers,
    routes: (await toRouteViews(reads, { orgId: org.id, routes })).map(toRouteState),
    keys,
    limits,
    prices,
    providerIds: new Map(records.map(({ name, id }) => [name, id])),
    routeIds: new Map(routes.map(({ name, id }) => [name, id])),
    keyIds: new Map(keys.map(({ name, id }) => [name, id])),
    limitIds: new Map(limits.map(({ name, id }) => [name, id])),
    priceIds: new Map(prices.map(({ name, id }) => [name, id])),
  };
}

/** A limit's subject as files name it. */
function limitName({ subject, subjectName }: LimitView): string {
  switch (subject.kind) {
    case "org":
      return "org";
    case "provider":
    case "key":
      return `${subject.kind}/${subjectName ?? subject.id}`;
    case "agent":
      return `agent/${subject.agent}`;
    case "agent_role":
      return `agent/${subject.agent}/${subject.role}`;
  }
}

function toRouteState(route: RouteView): CurrentOrg["routes"][number] {
  const { name, strategy, stickyBy, retries, hedgeAfterMs, origin } = route;
  const targets = route.targets.map(({ modelId, model, weight, parameters, timeouts }) => ({
    ...{ model: foldTarget(model ?? modelId), weight },
    ...(parameters !== undefined && { parameters }),
    ...(timeouts !== undefined && { timeouts }),
  }));
  return { name, strategy, stickyBy, retries, hedgeAfterMs, origin, targets };
}
