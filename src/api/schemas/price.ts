import { z } from "@hono/zod-openapi";

export const priceTierSchema = z.object({
  above_input_tokens: z.int().describe("The tier holds when the whole input is larger"),
  input: z.number(),
  output: z.number(),
  cache_read: z.number().nullable(),
  cache_write_5m: z.number().nullable(),
  cache_write_1h: z.number().nullable(),
});

/** USD per million tokens, as the API reads them off the services. */
interface Prices {
  readonly aboveInputTokens: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number | undefined;
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
}

/** A tier of prices as the API writes it. */
export function toPriceTier(tier: Prices): z.infer<typeof priceTierSchema> {
  return {
    above_input_tokens: tier.aboveInputTokens,
    input: tier.input,
    output: tier.output,
    cache_read: tier.cacheRead ?? null,
    cache_write_5m: tier.cacheWrite5m ?? null,
    cache_write_1h: tier.cacheWrite1h ?? null,
  };
}
