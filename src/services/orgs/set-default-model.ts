import { z } from "zod";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { ServedNames } from "../bindings/served-names.ts";
import { laterThan } from "../later-than.ts";
import { modelNameSchema } from "../models/model-name-schema.ts";
import { originOf, requireOrigin } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";

export interface SetDefaultModelInput {
  readonly orgId: string;
  /** Null clears it. */
  readonly model: string | null;
  /** Refuse a name no enabled model answers to; true by default. */
  readonly mustExist?: boolean | undefined;
}

const schema = z.strictObject({
  orgId: z.string(),
  model: modelNameSchema.nullable(),
  mustExist: z.boolean().default(true),
});

/** Sets what a request without a model gets: `provider-name/model-id`, a model id or a route. */
export async function setDefaultModel(ctx: ServiceContext, input: SetDefaultModelInput): Promise<OrgView> {
  requireAdmin(ctx, input.orgId);
  const { orgId, model, mustExist } = parseInput(schema, input);
  return ctx.storage.change(async (writes) => {
    const org = await requireOrg(writes, orgId);
    requireRevision(ctx, { what: `The organization \`${org.name}\``, updatedAt: org.updatedAt });
    const { defaultModelOrigin: origin } = org;
    if (origin !== undefined && origin !== "elected") {
      requireOrigin(ctx, { what: `the default model of \`${org.name}\``, origin });
    }
    const message = model === null || !mustExist ? undefined : await problemOf(writes, orgId, model);
    if (message !== undefined) throw unprocessable([{ path: "/default_model", message }]);
    const next = model ?? undefined;
    const nextOrigin = next === undefined ? undefined : originOf(ctx.actor);
    if (org.defaultModel !== next || origin !== nextOrigin) {
      const at = laterThan(org.updatedAt, ctx.now());
      await writes.orgs.setDefaultModel({ orgId, model: next, origin: nextOrigin, at });
      await recordAct(ctx, writes, {
        orgId,
        action: "org.set_default_model",
        target: { kind: "org", id: orgId, name: org.name },
        before: { defaultModel: org.defaultModel, origin },
        after: { defaultModel: next, origin: nextOrigin },
      });
    }
    return requireOrg(writes, orgId);
  });
}

/** What chats without naming a model gets it, and any other kind would refuse every such request. */
async function problemOf(reads: Reads, orgId: string, name: string): Promise<string | undefined> {
  const kind = (await ServedNames.load(reads, orgId)).kindOf(name);
  if (kind === undefined) return `no enabled model is called \`${name}\``;
  return kind === "chat" ? undefined : `\`${name}\` is no chat model`;
}
