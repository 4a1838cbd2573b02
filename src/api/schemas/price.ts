import { z } from "@hono/zod-openapi";

export const priceTierSchema = z.object({
  service_tier: z.string().nullable().describe("The vendor's tier it holds for; null: the standard one"),
  above_input_tokens: z.int().describe("The tier holds when the whole input is larger"),
  input: z.number(),
  output: z.number(),
  cache_read: z.number().nullable(),
  cache_write_5m: z.number().nullable(),
  cache_write_1h: z.number().nullable(),
  input_audio: z.number().nullable(),
  output_audio: z.number().nullable(),
});

/** USD per million tokens, as the API reads them off the services. */
interface Prices {
  readonly serviceTier?: string | undefined;
  readonly aboveInputTokens: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number | undefined;
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
  readonly inputAudio: number | undefined;
  readonly outputAudio: number | undefined;
}

/** A tier of prices as the API writes it. */
export function toPriceTier(tier: Prices): z.infer<typeof priceTierSchema> {
  return {
    service_tier: tier.serviceTier ?? null,
    above_input_tokens: tier.aboveInputTokens,
    input: tier.input,
    output: tier.output,
    cache_read: tier.cacheRead ?? null,
    cache_write_5m: tier.cacheWrite5m ?? null,
    cache_write_1h: tier.cacheWrite1h ?? null,
    input_audio: tier.inputAudio ?? null,
    output_audio: tier.outputAudio ?? null,
  };
}
