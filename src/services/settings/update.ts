import { z } from "zod";
import { allowedHostPattern, isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { OrgSettings } from "../../storage/records/org-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { ServedNames } from "../bindings/served-names.ts";
import { inTransaction } from "../in-transaction.ts";
import { laterThan } from "../later-than.ts";
import { modelNameSchema } from "../models/model-name-schema.ts";
import { setDefaultModel } from "../orgs/set-default-model.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireRevision, withoutPrecondition } from "../precondition.ts";
import { hostsOf } from "../providers/require-allowed-host.ts";
import type { ServiceContext } from "../service-context.ts";
import { type OrgSettingsView, toSettingsView } from "./org-settings-view.ts";

/** A field left out is kept, null clears it. */
export interface UpdateSettingsInput {
  readonly orgId: string;
  readonly defaultChatModel?: string | null | undefined;
  readonly defaultEmbeddingModel?: string | null | undefined;
  /** 1 to 365; null: contents are not kept from now on. */
  readonly contentRetentionDays?: number | null | undefined;
  readonly allowedHosts?: readonly string[] | null | undefined;
}

const schema = z.strictObject({
  orgId: z.string(),
  defaultChatModel: modelNameSchema.nullable().optional(),
  defaultEmbeddingModel: modelNameSchema.nullable().optional(),
  contentRetentionDays: z.int().min(1).max(365).nullable().optional(),
  allowedHosts: z
    .array(
      z
        .string()
        .max(253)
        .toLowerCase()
        .regex(allowedHostPattern, "must be a host such as api.vendor.com, or *.vendor.com"),
    )
    .max(200)
    .nullable()
    .optional(),
});

/** Changes the org's settings. Throws `unprocessable` for a model nobody serves, and for hosts that would cut off a provider. */
export async function updateSettings(
  ctx: ServiceContext,
  input: UpdateSettingsInput,
): Promise<OrgSettingsView> {
  requireAdmin(ctx, input.orgId);
  const { orgId, defaultChatModel, ...changes } = parseInput(schema, input);
  return inTransaction(ctx, async (joined) => {
    const { updatedAt } = await requireOrg(joined.storage.reads, orgId);
    requireRevision(ctx, { what: "The settings", updatedAt });
    if (defaultChatModel !== undefined) {
      await setDefaultModel(withoutPrecondition(joined), { orgId, model: defaultChatModel });
    }
    await joined.storage.change(async (writes) => {
      const org = await requireOrg(writes, orgId);
      await refuseUnusable(writes, { orgId, drivers: ctx.drivers, ...changes });
      const settings = merge(org.settings, changes);
      if (Bun.deepEquals(settings, org.settings)) return;
      await writes.orgs.setSettings({ orgId, settings, at: laterThan(org.updatedAt, ctx.now()) });
      await recordAct(joined, writes, {
        orgId,
        action: "settings.update",
        target: { kind: "org", id: org.id, name: org.name },
        before: { ...org.settings },
        after: { ...settings },
      });
    });
    return toSettingsView(await requireOrg(joined.storage.reads, orgId));
  });
}

type Changes = Pick<UpdateSettingsInput, "defaultEmbeddingModel" | "contentRetentionDays" | "allowedHosts">;

function merge(settings: OrgSettings, changes: Changes): OrgSettings {
  const pick = <Name extends keyof Changes>(name: Name) =>
    changes[name] === undefined ? settings[name] : changes[name];
  const [embedding, days, hosts] = [
    pick("defaultEmbeddingModel"),
    pick("contentRetentionDays"),
    pick("allowedHosts"),
  ];
  return {
    ...(embedding != null && { defaultEmbeddingModel: embedding }),
    ...(days != null && { contentRetentionDays: days }),
    ...(hosts != null && { allowedHosts: [...new Set(hosts)] }),
  };
}

async function refuseUnusable(
  reads: Reads,
  {
    orgId,
    drivers,
    defaultEmbeddingModel,
    allowedHosts,
  }: Changes & Pick<ServiceContext, "drivers"> & { readonly orgId: string },
): Promise<void> {
  if (typeof defaultEmbeddingModel === "string") {
    const kind = (await ServedNames.load(reads, orgId)).kindOf(defaultEmbeddingModel);
    if (kind !== "embedding") {
      const message = `no enabled embedding model is called \`${defaultEmbeddingModel}\``;
      throw unprocessable([{ path: "/default_embedding_model", message }]);
    }
  }
  if (allowedHosts == null) return;
  const cutOff = (await reads.providers.listByOrg(orgId)).flatMap((provider) => {
    const driver = drivers.get(provider.driver);
    if (!provider.enabled || driver === undefined) return [];
    return hostsOf({ ...provider, driver }).flatMap(({ host }) =>
      isAllowedHost(host, allowedHosts) ? [] : [`\`${provider.name}\` (${host})`],
    );
  });
  if (cutOff.length === 0) return;
  const names = [...new Set(cutOff)].join(", ");
  const message = `does not cover these providers: ${names}; add their hosts, or disable them first`;
  throw unprocessable([{ path: "/allowed_hosts", message }]);
}
