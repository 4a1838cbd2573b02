import { z } from "zod";

const call = z.object({
  id: z.string().optional(),
  function: z.strictObject({
    index: z.int().optional(),
    name: z.string(),
    // An object: a JSON text is what the other API takes.
    arguments: z.record(z.string(), z.unknown()),
  }),
});

const message = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  thinking: z.string().optional(),
  images: z.array(z.base64()).optional(),
  tool_calls: z.array(call).optional(),
  tool_name: z.string().optional(),
  tool_call_id: z.string().optional(),
});

/** What the parser keeps of a tool's parameters; the mock refuses the rest, so that nothing is lost in silence. */
const property: z.ZodType<unknown> = z.lazy(() =>
  z.strictObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    items: property.optional(),
    properties: z.record(z.string(), property).optional(),
    required: z.array(z.string()).optional(),
    anyOf: z.array(property).optional(),
  }),
);

const tool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.strictObject({
      type: z.literal("object"),
      description: z.string().optional(),
      properties: z.record(z.string(), property),
      required: z.array(z.string()).optional(),
      anyOf: z.array(property).optional(),
    }),
  }),
});

const options = z.strictObject({
  num_ctx: z.int().optional(),
  num_keep: z.int().optional(),
  num_predict: z.int().optional(),
  temperature: z.number().optional(),
  top_k: z.int().optional(),
  top_p: z.number().optional(),
  min_p: z.number().optional(),
  typical_p: z.number().optional(),
  repeat_last_n: z.int().optional(),
  repeat_penalty: z.number().optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  seed: z.int().optional(),
  stop: z.array(z.string()).optional(),
});

/** The body of `POST /api/chat`. */
export const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(tool).optional(),
  think: z.union([z.boolean(), z.enum(["low", "medium", "high", "max"])]).optional(),
  format: z.union([z.literal("json"), z.record(z.string(), z.unknown())]).optional(),
  options: options.optional(),
  stream: z.boolean().default(true),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  truncate: z.boolean().optional(),
  shift: z.boolean().optional(),
});

/** A request that passed the schema. */
export type ChatRequest = z.infer<typeof chatRequest>;
