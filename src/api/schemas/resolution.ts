import { z } from "@hono/zod-openapi";

const target = z.object({
  provider: z.string(),
  provider_id: z.string(),
  model: z.string().describe("The id the vendor knows"),
  model_id: z.string(),
  chosen: z.boolean(),
  reason: z.string().describe("Why it is chosen, next in line, or passed over"),
});

export const resolutionSchema = z
  .object({
    model: z.string().describe("The name that was asked for; the default model's when none was"),
    defaulted: z.boolean().describe("No name was given: the organization's default was taken"),
    rule: z
      .enum(["alias", "route", "provider_model", "model_id", "none"])
      .describe("The rule that matched, in the order they are tried"),
    targets: z
      .array(
        target.extend({
          allowed: z.boolean().describe("Whether the key named by `key_id` may use it; true without one"),
        }),
      )
      .describe("In the order they would be tried; after them those that are out of use"),
    near: z.array(z.string()).describe("Names much like it, when nothing matched"),
  })
  .openapi("Resolution");

/** Which model a name would run and why, whoever asks; the data plane works it out. */
export interface ModelResolution extends Pick<z.infer<typeof resolutionSchema>, "model" | "rule" | "near"> {
  readonly targets: readonly z.infer<typeof target>[];
}

/** For clients of the API. */
export type ResolutionBody = z.infer<typeof resolutionSchema>;
