import { z } from "@hono/zod-openapi";
import type { TierInput } from "../../services/prices/price-schema.ts";
import type { PriceView } from "../../services/prices/price-view.ts";
import { originSchema, timeSchema, toTime } from "./common.ts";
import { priceTierSchema, toPriceTier } from "./price.ts";

const usd = z.number().min(0).max(1_000_000);
const optionalUsd = usd.nullable().optional();

const tierInput = z
  .strictObject({
    above_input_tokens: z.int().min(0).max(1e12).optional().describe("0 unless told"),
    service_tier: z
      .string()
      .min(1)
      .max(50)
      .nullable()
      .optional()
      .describe("E.g. `flex`; the standard one unless told"),
    input: usd,
    output: usd,
    cache_read: optionalUsd,
    cache_write_5m: optionalUsd,
    cache_write_1h: optionalUsd,
    input_audio: optionalUsd,
    output_audio: optionalUsd,
  })
  .openapi("PriceTierInput", { example: { input: 2.5, output: 10, cache_read: 1.25 } });
const tiers = z
  .array(tierInput)
  .min(1)
  .max(40)
  .describe("USD per million tokens; one of them for any request: no service tier, above 0 input tokens");
const effectiveFrom = z.iso
  .datetime({ offset: true })
  .max(40)
  .optional()
  .describe("Of requests that arrive then or later; now unless told");
const model = z.string().min(1).max(400).describe("The id the vendor knows; `*` stands for any characters");

export const priceVersionSchema = z
  .object({
    id: z.string().describe("As `price_version` of a request names it"),
    version: z.int(),
    effective_from: timeSchema,
    tiers: z.array(priceTierSchema),
    created_at: timeSchema,
    created_by: z.string(),
  })
  .openapi("PriceVersion");

export const priceSchema = z
  .object({
    id: z.string(),
    provider_id: z.string().nullable().describe("Null: at every provider"),
    provider: z.string().nullable(),
    model,
    current: priceVersionSchema
      .nullable()
      .describe("What holds now; null while the first version is to come"),
    versions: z.int().describe("How many there are"),
    origin: originSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Price");

export const createPriceSchema = z
  .strictObject({
    provider: z
      .string()
      .min(1)
      .max(400)
      .nullable()
      .optional()
      .describe("Its name or id; every provider unless told"),
    model,
    tiers,
    effective_from: effectiveFrom,
  })
  .openapi("PriceCreate");

export const updatePriceSchema = z
  .strictObject({
    tiers: tiers.optional().describe("As they are unless told"),
    effective_from: effectiveFrom,
  })
  .openapi("PriceUpdate");

type Version = PriceView["versions"][number];

/** A version as the API writes it. */
export function toPriceVersion(priceId: string, version: Version): z.infer<typeof priceVersionSchema> {
  return {
    id: `${priceId}@${version.version}`,
    version: version.version,
    effective_from: toTime(version.effectiveFrom),
    tiers: version.tiers.map(toPriceTier),
    created_at: toTime(version.createdAt),
    created_by: version.createdBy,
  };
}

/** A price as the API writes it. */
export function toPrice(view: PriceView): z.infer<typeof priceSchema> {
  return {
    id: view.id,
    provider_id: view.providerId ?? null,
    provider: view.providerName ?? null,
    model: view.model,
    current: view.current === undefined ? null : toPriceVersion(view.id, view.current),
    versions: view.versions.length,
    origin: view.origin,
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

/** The body's fields under the services' names. */
export function fromPriceBody(body: Pick<z.infer<typeof createPriceSchema>, "tiers" | "effective_from">): {
  readonly tiers: TierInput[];
  readonly effectiveFrom: number | undefined;
} {
  return {
    tiers: body.tiers.map((tier) => ({
      ...{ aboveInputTokens: tier.above_input_tokens, serviceTier: tier.service_tier },
      ...{ input: tier.input, output: tier.output },
      ...{ cacheRead: tier.cache_read, cacheWrite5m: tier.cache_write_5m, cacheWrite1h: tier.cache_write_1h },
      ...{ inputAudio: tier.input_audio, outputAudio: tier.output_audio },
    })),
    effectiveFrom: body.effective_from === undefined ? undefined : Date.parse(body.effective_from),
  };
}

/** For clients of the API. */
export type PriceBody = z.infer<typeof priceSchema>;
export type PriceVersionBody = z.infer<typeof priceVersionSchema>;
