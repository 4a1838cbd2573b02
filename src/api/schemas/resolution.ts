import { z } from "@hono/zod-openapi";

export const resolutionSchema = z
  .object({
    model: z.string().describe("The name that was asked for; the default model's when none was"),
    rule: z
      .enum(["alias", "route", "provider_model", "model_id", "none"])
      .describe("The rule that matched, in the order they are tried"),
    targets: z
      .array(
        z.object({
          provider: z.string(),
          provider_id: z.string(),
          model: z.string().describe("The id the vendor knows"),
          model_id: z.string(),
          chosen: z.boolean(),
          reason: z.string().describe("Why it is chosen, next in line, or passed over"),
        }),
      )
      .describe("In the order they would be tried; after them those that are out of use"),
    near: z.array(z.string()).describe("Names much like it, when nothing matched"),
  })
  .openapi("Resolution");

/** Which model a name would run and why; the data plane works it out. */
export type ModelResolution = z.infer<typeof resolutionSchema>;
