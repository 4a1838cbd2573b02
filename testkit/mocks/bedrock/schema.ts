import { z } from "zod";

const integer = z.number().int();
const bytes = z.base64().min(1);
const cachePoint = z.strictObject({ type: z.literal("default"), ttl: z.enum(["5m", "1h"]).optional() });
const toolId = z.string().regex(/^[a-zA-Z0-9_.:-]{1,64}$/);
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const source = z.union([
  z.strictObject({ bytes }),
  z.strictObject({
    s3Location: z.strictObject({ uri: z.string().regex(/^s3:\/\//), bucketOwner: z.string().optional() }),
  }),
]);
const image = z.strictObject({ format: z.enum(["png", "jpeg", "gif", "webp"]), source });
const document = z.strictObject({
  format: z.enum(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]).optional(),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^(?!.*\s\s)[A-Za-z0-9\s\-()[\]]+$/),
  source: z.union([
    ...source.options,
    z.strictObject({ text: z.string() }),
    z.strictObject({ content: z.array(z.strictObject({ text: z.string() })) }),
  ]),
  context: z.string().optional(),
  citations: z.strictObject({ enabled: z.boolean() }).optional(),
});
const audio = z.strictObject({ format: z.enum(["wav", "mp3", "opus", "aac", "flac", "ogg"]), source });

const toolResult = z.strictObject({
  toolUseId: toolId,
  content: z.array(
    z.union([
      z.strictObject({ text: z.string() }),
      z.strictObject({ json: z.unknown() }),
      z.strictObject({ image }),
      z.strictObject({ document }),
    ]),
  ),
  status: z.enum(["success", "error"]).optional(),
});
const toolUse = z.strictObject({
  toolUseId: toolId,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  type: z.literal("server_tool_use").optional(),
});
const reasoning = z.union([
  z.strictObject({ reasoningText: z.strictObject({ text: z.string(), signature: z.string().optional() }) }),
  z.strictObject({ redactedContent: bytes }),
]);

const block = z.union([
  z.strictObject({
    text: z
      .string()
      .refine((text) => text.trim() !== "", "The text field in the ContentBlock object is blank."),
  }),
  z.strictObject({ image }),
  z.strictObject({ document }),
  z.strictObject({ audio }),
  z.strictObject({ toolUse }),
  z.strictObject({ toolResult }),
  z.strictObject({ reasoningContent: reasoning }),
  z.strictObject({ cachePoint }),
  z.strictObject({ guardContent: z.record(z.string(), z.unknown()) }),
  z.strictObject({ citationsContent: z.record(z.string(), z.unknown()) }),
]);

const tool = z.union([
  z.strictObject({
    toolSpec: z.strictObject({
      name: toolName,
      description: z.string().min(1).optional(),
      inputSchema: z.strictObject({ json: z.looseObject({ type: z.literal("object") }) }),
      strict: z.boolean().optional(),
    }),
  }),
  z.strictObject({ systemTool: z.strictObject({ name: toolName }) }),
  z.strictObject({ cachePoint }),
]);

const empty = z.strictObject({});

/** `POST /model/{modelId}/converse`. Source: Amazon Bedrock API reference, "Converse". */
export const converseRequest = z.strictObject({
  messages: z
    .array(z.strictObject({ role: z.enum(["user", "assistant", "system"]), content: z.array(block).min(1) }))
    .min(1),
  system: z
    .array(
      z.union([
        z.strictObject({ text: z.string().min(1) }),
        z.strictObject({ cachePoint }),
        z.strictObject({ guardContent: z.record(z.string(), z.unknown()) }),
      ]),
    )
    .optional(),
  inferenceConfig: z
    .strictObject({
      maxTokens: integer.min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).max(2500).optional(),
    })
    .optional(),
  toolConfig: z
    .strictObject({
      tools: z.array(tool).min(1),
      toolChoice: z
        .union([
          z.strictObject({ auto: empty }),
          z.strictObject({ any: empty }),
          z.strictObject({ tool: z.strictObject({ name: toolName }) }),
        ])
        .optional(),
    })
    .optional(),
  guardrailConfig: z
    .strictObject({
      guardrailIdentifier: z.string(),
      guardrailVersion: z.string(),
      trace: z.enum(["enabled", "disabled", "enabled_full"]).optional(),
      streamProcessingMode: z.enum(["sync", "async"]).optional(),
    })
    .optional(),
  additionalModelRequestFields: z.record(z.string(), z.unknown()).optional(),
  additionalModelResponseFieldPaths: z.array(z.string().startsWith("/")).max(10).optional(),
  outputConfig: z
    .strictObject({
      textFormat: z
        .strictObject({
          type: z.literal("json_schema"),
          structure: z.strictObject({
            jsonSchema: z.strictObject({
              schema: z.string(),
              name: z.string().optional(),
              description: z.string().optional(),
            }),
          }),
        })
        .optional(),
      effort: z.string().optional(),
    })
    .optional(),
  performanceConfig: z.strictObject({ latency: z.enum(["standard", "optimized"]) }).optional(),
  serviceTier: z.strictObject({ type: z.enum(["priority", "default", "flex", "reserved"]) }).optional(),
  requestMetadata: z
    .record(
      z.string().regex(/^[a-zA-Z0-9\s:_@$#=/+,\-.]{1,256}$/),
      z.string().regex(/^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/),
    )
    .optional(),
});

const display = z.enum(["summarized", "omitted", "updates"]).optional();

/** Fields of a model's own body, by its family. */
export const additionalFields = {
  claude: z.strictObject({
    thinking: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("enabled"), budget_tokens: integer.min(1024), display }),
        z.strictObject({ type: z.literal("adaptive"), display }),
        z.strictObject({ type: z.literal("disabled") }),
      ])
      .optional(),
    output_config: z.strictObject({ effort: z.enum(["low", "medium", "high", "xhigh", "max"]) }).optional(),
    top_k: integer.min(0).optional(),
    tool_choice: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("auto"), disable_parallel_tool_use: z.boolean().optional() }),
        z.strictObject({ type: z.literal("any"), disable_parallel_tool_use: z.boolean().optional() }),
        z.strictObject({
          type: z.literal("tool"),
          name: z.string(),
          disable_parallel_tool_use: z.boolean().optional(),
        }),
        z.strictObject({ type: z.literal("none") }),
      ])
      .optional(),
    anthropic_beta: z.array(z.string()).optional(),
  }),
  nova: z.strictObject({
    reasoningConfig: z
      .union([
        z.strictObject({ type: z.literal("enabled"), maxReasoningEffort: z.enum(["low", "medium", "high"]) }),
        z.strictObject({ type: z.literal("disabled") }),
      ])
      .optional(),
    inferenceConfig: z.strictObject({ topK: integer.min(1) }).optional(),
  }),
  "gpt-oss": z.strictObject({ reasoning_effort: z.enum(["low", "medium", "high"]).optional() }),
  llama: empty,
  mistral: empty,
  embedding: empty,
} as const;

export type ConverseRequest = z.infer<typeof converseRequest>;
export type Block = z.infer<typeof block>;
export type ClaudeFields = z.infer<typeof additionalFields.claude>;
