import { z } from "zod";

const usd = z
  .number("must be a number")
  .min(0, "must be 0 or more")
  .max(1_000_000, "must be 1000000 or less");

/** USD per million tokens. */
const tier = z.strictObject({
  aboveInputTokens: z.int("must be a whole number").min(0, "must be 0 or more").max(1e12).optional(),
  serviceTier: z.string().min(1).max(50).nullable().optional(),
  input: usd,
  output: usd,
  cacheRead: usd.nullable().optional(),
  cacheWrite5m: usd.nullable().optional(),
  cacheWrite1h: usd.nullable().optional(),
  inputAudio: usd.nullable().optional(),
  outputAudio: usd.nullable().optional(),
});

const tiers = z
  .array(tier)
  .min(1, "must have at least one")
  .max(40, "must have 40 or fewer")
  .superRefine((all, context) => {
    const names = all.map((each) => `${each.serviceTier ?? ""} ${each.aboveInputTokens ?? 0}`);
    for (const [at, name] of names.entries()) {
      if (names.indexOf(name) !== at)
        context.addIssue({ code: "custom", message: "is there twice", path: [at] });
    }
    // Else a short request, or one of no special tier, would have no price.
    if (!names.includes(" 0")) {
      context.addIssue({
        code: "custom",
        message: "must have one for any request: no service tier, above 0 input tokens",
      });
    }
  });

const effectiveFrom = z.int("must be a time").min(0).max(8.64e15).optional();

/** What a model is priced by: its id at the vendor, `*` for any characters. */
const model = z.string().min(1, "must name a model").max(400, "must have 400 characters or fewer");

export const createPriceSchema = z.strictObject({
  orgId: z.string(),
  provider: z.string().min(1).max(400).nullable().optional(),
  model,
  tiers,
  effectiveFrom,
});

export const updatePriceSchema = z.strictObject({
  orgId: z.string(),
  priceId: z.string(),
  tiers: tiers.optional(),
  effectiveFrom,
});

/** Prices as an admin says them. */
export type TierInput = z.infer<typeof tier>;
export type CreatePriceInput = z.input<typeof createPriceSchema>;
export type UpdatePriceInput = z.input<typeof updatePriceSchema>;
