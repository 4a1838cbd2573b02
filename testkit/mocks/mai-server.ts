import { z } from "zod";
import type { MockAuthority } from "./authority-server.ts";
import { answerChat, type ChatAnswer } from "./openai-chat/answer.ts";
import { chatBehaviour } from "./openai-chat/behaviour.ts";
import { chatBody, chatChunks } from "./openai-chat/body.ts";
import { chatError, shapeError } from "./openai-chat/error.ts";
import { checkMessages } from "./openai-chat/message-rules.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { type ChatRequest, chatParts, compatibleRequest } from "./openai-chat/schema.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface MaiMockOptions {
  readonly apiKey?: string;
  readonly listen?: Listen | undefined;
  /** Whose tokens it takes besides the key; none unless told. */
  readonly authority?: Pick<MockAuthority, "accepts">;
}

type Json = Readonly<Record<string, unknown>>;

const thinking: ChatModel = { id: "MAI-Thinking-1", context: 256_000 };
const others: readonly ChatModel[] = [
  { id: "MAI-DS-R1", efforts: ["medium"], defaultEffort: "medium", context: 163_840, lenient: true },
];

const { others: roles, assistant } = chatParts;
const [system, user, tool] = roles;
const callable = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

/** What "Use MAI-Thinking" of Foundry's documentation names, and nothing else. `stream_options`: not verified. */
const thinkingRequest = z.strictObject({
  model: z.string(),
  messages: z
    .array(
      z.discriminatedUnion("role", [
        system.extend({ content: z.string() }),
        user.extend({
          content: z.union([
            z.string(),
            z.array(z.strictObject({ type: z.literal("text"), text: z.string() })),
          ]),
        }),
        tool.extend({ content: z.string() }),
        assistant.extend({
          reasoning: z
            .strictObject({
              encrypted_content: z.string().nullish(),
              content: z.string().nullish(),
              summary: z.string().nullish(),
            })
            .nullish(),
        }),
      ]),
    )
    .min(1),
  max_completion_tokens: z.number().int().min(1).max(65_536).nullish(),
  tools: z.array(callable).min(1).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
  reasoning_display: z.enum(["encrypted", "none"]).optional(),
});

/** The resource's v1 API takes both limits, whichever model answers. */
const v1Request = compatibleRequest.extend({
  max_completion_tokens: chatParts.fields.max_completion_tokens,
});

/**
 * Starts a strict resource of Azure AI Foundry with Microsoft's own models: MAI-Thinking at `/mai/v1`, the others at
 * `/openai/v1`; a key in `api-key`, or a token of the authority, never both.
 */
export function startMaiMock(options: MaiMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "mai0123456789abcdef";
  const issued = new Set<string>();
  const openai = chatBehaviour({ models: others, isVendor: false, request: v1Request });
  const inner = (request: RecordedRequest) => ({ ...request, path: request.path.replace(/^\/openai/, "") });

  function isAuthorized({ headers }: RecordedRequest): boolean {
    const key = headers.get("api-key");
    const bearer = headers.get("authorization");
    if (key !== null) return key === apiKey && bearer === null;
    const token = /^Bearer (.+)$/.exec(bearer ?? "")?.[1];
    return token !== undefined && options.authority?.accepts(token) === true;
  }

  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (!isAuthorized(request)) {
      const message = "Access denied due to invalid subscription key or wrong API endpoint.";
      return { status: 401, json: { error: { code: "401", message } } };
    }
    if (request.path.startsWith("/openai/v1/")) {
      if ((request.body as Json | undefined)?.model === thinking.id) return unknownModel(thinking.id);
      return openai.check(inner(request));
    }
    if (request.method !== "POST" || request.path !== "/mai/v1/chat/completions")
      return { status: 404, json: { error: { code: "404", message: "Resource not found" } } };
    const parsed = thinkingRequest.safeParse(request.body);
    if (!parsed.success) return shapeError(firstIssue(parsed.error));
    if (parsed.data.model !== thinking.id) return unknownModel(parsed.data.model);
    const foreign = parsed.data.messages
      .map((message) => (message.role === "assistant" ? message.reasoning?.encrypted_content : undefined))
      .find((state) => state != null && !issued.has(state));
    if (foreign !== undefined)
      return chatError({ message: "encrypted_content could not be verified.", param: "messages" });
    return checkMessages(parsed.data.messages as ChatRequest["messages"]);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.method === "GET") {
      const models = [thinking, ...others].map(({ id }) => ({
        id,
        object: "model",
        created: 1,
        owned_by: "microsoft",
      }));
      return { json: { object: "list", data: models } };
    }
    if (request.path.startsWith("/openai/")) return openai.answer(inner(request));
    const body = request.body as ChatRequest & { readonly reasoning_display?: string };
    const given = answerChat({ request: body, model: thinking, showsReasoning: false });
    const state = btoa(`thought-of-${given.id}`);
    const shown =
      body.reasoning_display === "encrypted"
        ? { encrypted_content: state, content: null, summary: null }
        : null;
    if (shown !== null) issued.add(state);
    return body.stream === true
      ? { events: streamed(given, { body, shown }) }
      : { json: whole(given, { body, shown }) };
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({}),
      frame: (payload) => `data: ${payload}\n\n`,
      recordedEnd: "data: [DONE]\n\n",
    },
  });
}

function unknownModel(model: string): VendorAnswer {
  const message = `The API deployment ${model} does not exist.`;
  return { status: 404, json: { error: { code: "DeploymentNotFound", message } } };
}

interface Told {
  readonly body: ChatRequest;
  readonly shown: Json | null;
}

/** `finish_reason` is `stop` beside calls, too, and what is not there is null. */
function whole(answer: ChatAnswer, { body, shown }: Told): Json {
  const said = chatBody(answer, body) as { readonly choices: readonly { readonly message: Json }[] };
  const choices = said.choices.map(({ message }) => ({
    index: 0,
    message: {
      role: "assistant",
      content: message.content ?? null,
      tool_calls: message.tool_calls ?? null,
      reasoning: shown,
      annotations: null,
    },
    finish_reason: answer.finish === "length" ? "length" : "stop",
  }));
  return { ...said, choices };
}

/** Every delta names every field; the last one has the reasoning, the usage and the end. */
function streamed(answer: ChatAnswer, { body, shown }: Told): readonly unknown[] {
  const chunks = chatChunks(answer, { ...body, stream_options: {} }) as readonly (Json | string)[];
  const told = chunks.filter((chunk): chunk is Json => typeof chunk !== "string");
  const empty = { role: "assistant", content: null, tool_calls: null, reasoning: null, annotations: null };
  return [
    ...told.map((chunk, index) => {
      const isLast = index === told.length - 1;
      const [choice] = chunk.choices as readonly [{ readonly delta: Json }];
      const finish = answer.finish === "length" ? "length" : "stop";
      const { obfuscation: _, ...rest } = chunk;
      return {
        ...rest,
        choices: [
          {
            index: 0,
            delta: { ...empty, ...choice.delta, ...(isLast && { reasoning: shown }) },
            finish_reason: isLast ? finish : null,
          },
        ],
        usage: isLast ? answer.usage : null,
      };
    }),
    "[DONE]",
  ];
}
