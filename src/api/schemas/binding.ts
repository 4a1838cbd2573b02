import { z } from "@hono/zod-openapi";
import type { AffectedBinding } from "../../services/bindings/impact.ts";
import type { Rebound } from "../../services/bindings/rebind.ts";
import type { ModelComparison } from "../../services/models/compare.ts";
import type { ModelImpact, RecentUse } from "../../services/models/impact.ts";
import type { ProviderImpact } from "../../services/providers/impact.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { flagQuery, timeSchema, toOptionalTime } from "./common.ts";
import { modelSchema, toModel } from "./model.ts";

const bindingKind = z.enum(["default_model", "default_embedding_model", "key", "route"]);

export const affectedSchema = z.object({
  kind: bindingKind,
  id: z.string().describe("Of the key, the route or the organization that names the model"),
  name: z.string(),
  model: z.string().describe("The model as it is named there"),
  moves_to: z.string().nullable().describe("What would answer to that name then; null: nothing, calls fail"),
});

const recentUseSchema = z.object({
  requests: z.int().describe("In the last 24 hours"),
  keys: z.int().describe("Keys that sent them"),
  last_at: timeSchema.nullable(),
});

const change = z.object({ from: z.number().nullable(), to: z.number().nullable() });

const comparisonSchema = z
  .object({
    context_tokens: change,
    max_output_tokens: change,
    input_price: change.describe("USD per million tokens"),
    output_price: change.describe("USD per million tokens"),
    lost: z.array(z.string()).describe("Features that the other model lacks"),
    gained: z.array(z.string()),
  })
  .openapi("ModelComparison");

export const modelImpactSchema = z
  .object({
    bindings: z.array(affectedSchema),
    recent_use: recentUseSchema,
    siblings: z.array(modelSchema).describe("The same model on other providers"),
    comparison: comparisonSchema.nullable().describe("With the model named by `to`"),
  })
  .openapi("ModelImpact");

export const providerImpactSchema = z
  .object({
    models: z.object({ total: z.int(), enabled: z.int() }),
    bindings: z.array(affectedSchema),
    recent_use: recentUseSchema,
  })
  .openapi("ProviderImpact");

export const rebindSchema = z
  .strictObject({
    to: z.string().max(100).describe("Id of the model that takes its place"),
    dry_run: z.boolean().optional().describe("Only say what would change"),
  })
  .openapi("Rebind");

export const reboundSchema = z
  .object({
    changes: z.array(
      z.object({
        kind: bindingKind,
        id: z.string(),
        name: z.string(),
        before: z.string(),
        after: z.string(),
      }),
    ),
    dry_run: z.boolean(),
  })
  .openapi("Rebound");

/** What a caller may agree to when something in use is disabled or removed. */
export const releaseQuery = {
  rebind: z.string().max(100).optional().describe("Id of the model that takes the place of what goes"),
  force: flagQuery.describe("`true`: let what names it break"),
};

export function toModelImpact(impact: ModelImpact, ctx: ServiceContext): z.infer<typeof modelImpactSchema> {
  return {
    bindings: impact.bindings.map(toAffected),
    recent_use: toRecentUse(impact.recentUse),
    siblings: impact.siblings.map((each) => toModel(each, ctx)),
    comparison: impact.comparison === undefined ? null : toComparison(impact.comparison),
  };
}

export function toProviderImpact(impact: ProviderImpact): z.infer<typeof providerImpactSchema> {
  const { models, bindings, recentUse } = impact;
  return { models: { ...models }, bindings: bindings.map(toAffected), recent_use: toRecentUse(recentUse) };
}

export function toRebound(changes: readonly Rebound[], dryRun: boolean): z.infer<typeof reboundSchema> {
  return { changes: changes.map((each) => ({ ...each })), dry_run: dryRun };
}

/** One place that a change touches, as the API writes it. */
export function toAffected({ movesTo, ...rest }: AffectedBinding): z.infer<typeof affectedSchema> {
  return { ...rest, moves_to: movesTo ?? null };
}

function toRecentUse({ requests, keys, lastAt }: RecentUse): z.infer<typeof recentUseSchema> {
  return { requests, keys, last_at: toOptionalTime(lastAt) };
}

function toComparison(comparison: ModelComparison): z.infer<typeof comparisonSchema> {
  const toChange = ({
    from,
    to,
  }: {
    readonly from: number | undefined;
    readonly to: number | undefined;
  }) => ({
    from: from ?? null,
    to: to ?? null,
  });
  return {
    context_tokens: toChange(comparison.contextTokens),
    max_output_tokens: toChange(comparison.maxOutputTokens),
    input_price: toChange(comparison.inputPrice),
    output_price: toChange(comparison.outputPrice),
    lost: [...comparison.lost],
    gained: [...comparison.gained],
  };
}

/** For clients of the API. */
export type ModelImpactBody = z.infer<typeof modelImpactSchema>;
export type ProviderImpactBody = z.infer<typeof providerImpactSchema>;
export type ReboundBody = z.infer<typeof reboundSchema>;
