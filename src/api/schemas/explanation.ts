import { z } from "@hono/zod-openapi";
import { strategySchema } from "./route.ts";

const reason = z.object({
  code: z.enum([
    ...(["first", "next", "reserve", "provider_down", "cooling", "circuit_open"] as const),
    ...(["context_too_small", "lossy", "model_out_of_use", "key_may_not", "misconfigured"] as const),
    ...([
      "wrong_kind",
      "request_refused",
      "loss_refused",
      "limit_refuses",
      "issued_state",
      "state_elsewhere",
    ] as const),
  ]),
  message: z.string(),
});

const price = z
  .object({
    input_tokens: z.int(),
    max_output_tokens: z
      .int()
      .nullable()
      .describe("Null: neither request nor model says how long an answer may be"),
    input_usd: z.number(),
    max_output_usd: z.number().nullable(),
    max_usd: z.number().nullable(),
  })
  .openapi("PriceEstimate");

const headroom = z
  .object({
    subject: z.string().describe("Whose limit it is"),
    measure: z.string().describe("Which of its numbers, e.g. `requests_per_minute`"),
    limit: z.number().describe("Requests, tokens, calls, or USD"),
    remaining: z.number(),
    needed: z.number().nullable().describe("What this call asks for; null: the model has no price to count"),
    fits: z.boolean(),
  })
  .openapi("LimitHeadroom");

const candidate = z
  .object({
    provider: z.string().nullable().describe("Null: the model is gone"),
    provider_id: z.string().nullable(),
    model: z.string().nullable().describe("The id the vendor knows"),
    model_id: z.string(),
    position: z.int().nullable().describe("In the order of the tries, from 1; null: it would not be called"),
    kept: z.boolean(),
    reasons: z.array(reason),
    weight: z.number(),
    parameters: z.record(z.string(), z.unknown()).nullable(),
    price: price.nullable().describe("USD for this request; null: not known"),
    headroom: z.array(headroom).nullable().describe("What the limits leave; null: not known"),
    losses: z.array(z.string()).nullable().describe("As `x-penstock-loss` would say them; null: not known"),
  })
  .openapi("ExplainedCandidate");

export const explanationSchema = z
  .object({
    model: z.string().describe("The name that was resolved"),
    rule: z.enum(["alias", "route", "provider_model", "model_id", "none"]).describe("The rule that matched"),
    route: z
      .object({
        id: z.string(),
        name: z.string(),
        strategy: strategySchema,
        retries: z.int().nullable().describe("Null: as the server is set"),
        sticky_id: z.string().nullable().describe("What keeps this call at its target; null: nothing"),
      })
      .nullable(),
    candidates: z
      .array(candidate)
      .describe("Those that would be tried, in their order; after them the others"),
    near: z.array(z.string()).describe("Names much like it, when nothing matched"),
    unknown: z.array(z.string()).describe("What this process cannot know"),
  })
  .openapi("CallExplanation");

export const explainSchema = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .max(400)
      .optional()
      .describe("By default what the request names, else the default model"),
    surface: z
      .string()
      .max(50)
      .optional()
      .describe(
        "The protocol that the client speaks, `openai-chat` by default; `embeddings` for OpenAI's embeddings",
      ),
    request: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("The body as a client would send it; without one, only the name is explained"),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
        z
          .string()
          .max(1000)
          .regex(/^[\x20-\x7e]*$/),
      )
      .optional()
      .describe("Headers that the choice may hang on, e.g. `x-penstock-session`"),
    strict: z.boolean().optional().describe("As if `x-penstock-strict: true` were sent"),
    key_id: z.string().max(100).optional().describe("Whose permissions and limits hold; none without it"),
  })
  .openapi("Explain");

/** Which candidates a call would try and why; the data plane works it out. */
export type CallExplanation = z.infer<typeof explanationSchema>;

/** For clients of the API. */
export type ExplanationBody = CallExplanation;
export type ExplainInput = z.infer<typeof explainSchema>;
