import { z } from "@hono/zod-openapi";
import type { CatalogProfile } from "../../services/profiles/list.ts";
import { toTraits, traitsSchema } from "./model.ts";
import { priceTierSchema, toPriceTier } from "./price.ts";

export const profileSchema = z
  .object({
    key: z.string().openapi({ example: "anthropic/claude-sonnet-4-5" }),
    display_name: z.string().nullable(),
    offers: z
      .array(
        z.object({
          driver: z.string(),
          model: z.string().describe("The id this driver's vendor knows"),
          context_tokens: z.int().nullable(),
          traits: traitsSchema,
          prices: z.array(priceTierSchema).describe("USD per million tokens; empty: not known"),
        }),
      )
      .describe("Who is known to serve it"),
  })
  .openapi("Profile");

type Offer = z.infer<typeof profileSchema>["offers"][number];

/** A model of the catalog as the API writes it. */
export function toProfile({ key, offers }: CatalogProfile): z.infer<typeof profileSchema> {
  return {
    key,
    display_name:
      offers.find(({ profile }) => profile.displayName !== undefined)?.profile.displayName ?? null,
    offers: offers.map(
      ({ driver, wireId, profile }): Offer => ({
        driver,
        model: wireId,
        context_tokens: profile.contextTokens ?? null,
        traits: toTraits(profile.traits),
        prices: profile.prices.map(toPriceTier),
      }),
    ),
  };
}

/** For clients of the API. */
export type ProfileBody = z.infer<typeof profileSchema>;
