import { z } from "zod";
import { type DialectOptions, startDialect } from "./openai-chat/dialect.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { chatParts } from "./openai-chat/schema.ts";
import type { Issue } from "./shared/first-issue.ts";
import type { MockVendor, VendorAnswer } from "./shared/mock-server.ts";

const models: readonly ChatModel[] = [
  {
    id: "mistral-medium-3-5",
    efforts: ["none", "high"],
    defaultEffort: "none",
    context: 262_144,
    lenient: true,
  },
  { id: "ministral-8b-latest", context: 131_072 },
  { id: "mistral-embed", context: 8192, kind: "embedding" },
];

const { fields, others, assistant } = chatParts;
const [system, user, tool] = others;
const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const thinking = z.strictObject({
  type: z.literal("thinking"),
  thinking: z.array(text).min(1),
  closed: z.boolean().optional(),
});
const callId = z
  .string()
  .regex(/^[a-zA-Z0-9]{9}$/, "Tool call id must be a-z, A-Z, 0-9, with a length of 9.");
const call = z.strictObject({
  id: callId,
  type: z.literal("function"),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
  index: z.number().int().optional(),
});

/** Source: ChatCompletionRequest of mistralai/client-python; an unknown field is refused. */
const request = z
  .strictObject({
    ...fields,
    messages: z
      .array(
        z.discriminatedUnion("role", [
          system.omit({ name: true }),
          user.omit({ name: true }),
          tool.extend({ tool_call_id: callId, name: z.string().optional() }),
          assistant.omit({ name: true, refusal: true, audio: true, annotations: true }).extend({
            content: z.union([z.string(), z.array(z.union([text, thinking])).min(1)]).nullish(),
            tool_calls: z.array(call).min(1).optional(),
            prefix: z.boolean().optional(),
          }),
        ]),
      )
      .min(1),
    random_seed: z.number().int().min(0).nullish(),
    safe_prompt: z.boolean().optional(),
    reasoning_effort: z.enum(["none", "high"]).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .omit({
    seed: true,
    user: true,
    max_completion_tokens: true,
    stream_options: true,
    logit_bias: true,
    logprobs: true,
    top_logprobs: true,
    service_tier: true,
    store: true,
    verbosity: true,
    modalities: true,
    audio: true,
    safety_identifier: true,
    prompt_cache_retention: true,
    prompt_cache_options: true,
    web_search_options: true,
    moderation: true,
  });

function refuse({ path, kind, message }: Issue): VendorAnswer {
  const type = kind === "unknown" ? "extra_forbidden" : kind === "missing" ? "missing" : "value_error";
  const msg = kind === "unknown" ? "Extra inputs are not permitted" : message;
  const detail = [{ type, loc: ["body", ...path], msg, input: null }];
  return {
    status: 422,
    json: { object: "error", message: { detail }, type: "invalid_request_error", param: null, code: null },
  };
}

/** Reasoning as parts of the content; ids of calls of nine letters and digits. */
function turn({ reasoning_content: reasoning, ...rest }: Readonly<Record<string, unknown>>) {
  const { refusal: _refusal, annotations: _annotations, content, tool_calls: calls, ...own } = rest;
  const parts = [
    ...(typeof reasoning === "string"
      ? [{ type: "thinking", thinking: [{ type: "text", text: reasoning }] }]
      : []),
    ...(typeof content === "string" && content !== "" ? [{ type: "text", text: content }] : []),
  ];
  const named = (calls as readonly { id?: string }[] | undefined)?.map((each) =>
    each.id === undefined ? each : { ...each, id: each.id.replace(/[^a-zA-Z0-9]/g, "").slice(-9) },
  );
  return {
    ...own,
    content: typeof reasoning === "string" ? parts : (content ?? ""),
    ...(named !== undefined && { tool_calls: named }),
  };
}

function read(path: string): VendorAnswer | undefined {
  if (path !== "/models") return undefined;
  const data = models.map(({ id, context, kind }) => ({
    id,
    object: "model",
    created: 1_700_000_000,
    owned_by: "mistralai",
    name: id,
    capabilities: {
      completion_chat: kind !== "embedding",
      function_calling: kind !== "embedding",
      vision: false,
    },
    max_context_length: context,
    aliases: [],
    deprecation: null,
    type: "base",
  }));
  const retired = {
    ...data[0],
    id: "mistral-tiny",
    name: "mistral-tiny",
    deprecation: "2025-06-16T00:00:00Z",
  };
  return { json: { object: "list", data: [...data, retired] } };
}

/** Starts a strict server of Mistral's API at `{url}/v1`. */
export function startMistralMock(options: DialectOptions = {}): MockVendor {
  const dialect = {
    root: "/v1",
    apiKey: "mistralMock0123456789abcdef",
    models,
    request,
    refuse,
    unauthorized: { status: 401, json: { detail: "Unauthorized" } },
    read,
    turn,
    streamUsage: "in-finish",
  } as const;
  return startDialect(dialect, options);
}
