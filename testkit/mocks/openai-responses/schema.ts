import { z } from "zod";

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const callId = z.string().min(1).max(64);
const record = z.record(z.string(), z.unknown());
const status = z.enum(["in_progress", "completed", "incomplete"]).optional();

const inputText = z.strictObject({ type: z.literal("input_text"), text: z.string() });
const inputImage = z.strictObject({
  type: z.literal("input_image"),
  image_url: z
    .string()
    .regex(/^(https?:\/\/|data:image\/)/)
    .nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(["auto", "low", "high", "original"]).optional(),
});
const inputFile = z.strictObject({
  type: z.literal("input_file"),
  filename: z.string().optional(),
  file_data: z
    .string()
    .regex(/^data:/)
    .optional(),
  file_url: z.url().optional(),
  file_id: z.string().nullish(),
});
const inputAudio = z.strictObject({
  type: z.literal("input_audio"),
  input_audio: z.strictObject({ data: z.base64(), format: z.enum(["wav", "mp3"]) }),
});
const userContent = z.discriminatedUnion("type", [inputText, inputImage, inputFile, inputAudio]);
const said = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("output_text"),
    text: z.string(),
    annotations: z.array(record).optional(),
    logprobs: z.array(record).optional(),
    // Added by the `parse` helper of the vendor's client.
    parsed: z.unknown().optional(),
  }),
  z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
]);

const messages = [
  z.strictObject({
    type: z.literal("message").optional(),
    role: z.literal("user"),
    content: z.union([z.string(), z.array(userContent).min(1)]),
    status,
  }),
  z.strictObject({
    type: z.literal("message").optional(),
    role: z.enum(["system", "developer"]),
    content: z.union([z.string(), z.array(inputText).min(1)]),
    status,
  }),
  z.strictObject({
    type: z.literal("message").optional(),
    id: z.string().startsWith("msg_").optional(),
    role: z.literal("assistant"),
    content: z.union([z.string(), z.array(said).min(1)]),
    phase: z.enum(["commentary", "final_answer"]).nullish(),
    status,
  }),
] as const;

const others = [
  z.strictObject({
    type: z.literal("function_call"),
    id: z.string().startsWith("fc_").optional(),
    call_id: callId,
    name,
    arguments: z.string(),
    status,
    parsed_arguments: z.unknown().optional(),
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    id: z.string().optional(),
    call_id: callId,
    output: z.union([z.string(), z.array(z.discriminatedUnion("type", [inputText, inputImage, inputFile]))]),
    status,
  }),
  z.strictObject({
    type: z.literal("custom_tool_call"),
    id: z.string().startsWith("ctc_").optional(),
    call_id: callId,
    name,
    input: z.string(),
    status,
  }),
  z.strictObject({
    type: z.literal("custom_tool_call_output"),
    id: z.string().optional(),
    call_id: callId,
    output: z.union([z.string(), z.array(z.discriminatedUnion("type", [inputText, inputImage, inputFile]))]),
  }),
  z.strictObject({
    type: z.literal("reasoning"),
    id: z.string().startsWith("rs_").optional(),
    summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })),
    encrypted_content: z.string().nullish(),
    status: status.nullable(),
  }),
  z.strictObject({ type: z.literal("item_reference"), id: z.string() }),
] as const;

const tool = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function"),
    name,
    description: z.string().nullish(),
    parameters: record.nullable(),
    strict: z.boolean().nullable(),
  }),
  z.strictObject({
    type: z.literal("custom"),
    name,
    description: z.string().optional(),
    format: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("text") }),
        z.strictObject({
          type: z.literal("grammar"),
          syntax: z.enum(["lark", "regex"]),
          definition: z.string(),
        }),
      ])
      .optional(),
  }),
  z.looseObject({ type: z.literal("web_search") }),
]);

const named = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("function"), name: z.string() }),
  z.strictObject({ type: z.literal("custom"), name: z.string() }),
  z.strictObject({ type: z.literal("web_search") }),
]);

const format = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    name,
    description: z.string().optional(),
    schema: record,
    strict: z.boolean().nullish(),
  }),
]);

/** What the vendor takes. Source: openai-openapi, CreateResponse. */
export const responsesRequest = z.strictObject({
  model: z.string(),
  input: z.union([z.string().min(1), z.array(z.union([...messages, ...others])).min(1)]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  include: z.array(z.enum(["reasoning.encrypted_content", "message.output_text.logprobs"])).nullish(),
  max_output_tokens: z.number().int().min(16).nullish(),
  max_tool_calls: z.number().int().min(1).nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
      summary: z.enum(["auto", "concise", "detailed"]).nullish(),
    })
    .nullish(),
  text: z
    .strictObject({ format: format.optional(), verbosity: z.enum(["low", "medium", "high"]).nullish() })
    .optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      named,
      z.strictObject({
        type: z.literal("allowed_tools"),
        mode: z.enum(["auto", "required"]),
        tools: z.array(named).min(1),
      }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().optional() }).nullish(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]).nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().max(64).optional(),
  prompt_cache_key: z.string().optional(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
});

export type ResponsesRequest = z.infer<typeof responsesRequest>;
export type ResponsesItem = Exclude<ResponsesRequest["input"], string>[number];
export type ResponsesTool = NonNullable<ResponsesRequest["tools"]>[number];
