import { openaiChat } from "../../../src/wire/openai-chat/protocol.ts";
import type { Ask, AskPart, AskResult, AskToolChoice, AskTurn } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";
import { readChatStream } from "./openai-chat-stream.ts";
import { readChatWhole } from "./openai-chat-whole.ts";
import { callIdOf } from "./replayed.ts";
import type { SurfaceAdapter, WriteContext } from "./surface.ts";

/** Chat Completions as its official client speaks it. */
export const chatSurface: SurfaceAdapter = {
  id: "openai-chat",
  protocol: openaiChat,
  lacks: {
    "tool-error": "a tool message has no error flag",
    "image-in-tool-result": "a tool message holds text only",
    "named-stop-sequence": "the answer does not say which stop sequence ended it",
    "long-tool-names": "tool names have at most 64 characters",
    "dotted-tool-names": "tool names have letters, digits, `_` and `-` only",
    "stored-turns": "an answer cannot be referred to",
  },
  write,
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  readWhole: readChatWhole,
  readStream: readChatStream,
  finishes: {
    end: ["stop"],
    tool_calls: ["tool_calls"],
    max_tokens: ["length"],
    stop_sequence: ["stop"],
    refusal: ["stop", "content_filter"],
    content_filter: ["content_filter"],
  },
  errorTypes(status) {
    if (status === 429)
      return ["rate_limit_error", "rate_limit_exceeded", "insufficient_quota", "tokens", "requests"];
    if (status === 402) return ["insufficient_quota", "billing_error"];
    if (status >= 500) return ["server_error", "api_error", "overloaded_error", "service_unavailable"];
    if (status === 401) return ["invalid_request_error", "authentication_error"];
    return ["invalid_request_error", "not_found_error", "permission_error"];
  },
};

function write(ask: Ask, { model, stream, earlier }: WriteContext) {
  const body = {
    ...(model !== null && { model }),
    messages: [
      ...(ask.system === undefined ? [] : [{ role: "system", content: content(ask.system) }]),
      ...ask.messages.flatMap((turn) => messagesOf(turn, earlier)),
    ],
    ...(ask.tools !== undefined && {
      tools: ask.tools.map(({ cached, ...fn }) => ({ type: "function", function: fn, ...mark(cached) })),
    }),
    ...(ask.toolChoice !== undefined && { tool_choice: choice(ask.toolChoice) }),
    ...(ask.parallel !== undefined && { parallel_tool_calls: ask.parallel }),
    ...(ask.maxTokens !== "unset" && { max_tokens: ask.maxTokens ?? 1000 }),
    ...(ask.temperature !== undefined && { temperature: ask.temperature }),
    ...(ask.stop !== undefined && { stop: ask.stop }),
    ...(ask.effort !== undefined && { reasoning_effort: ask.effort }),
    ...(ask.schema !== undefined && {
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: ask.schema, strict: true },
      },
    }),
    ...(ask.serviceTier !== undefined && { service_tier: ask.serviceTier }),
    ...(stream && { stream: true }),
    ...(stream && ask.includeUsage !== false && { stream_options: { include_usage: true } }),
    ...ask.fields,
  };
  return { path: "/v1/chat/completions", body };
}

function messagesOf(turn: AskTurn, earlier: readonly Exchange[]): readonly unknown[] {
  switch (turn.role) {
    case "user":
      return [{ role: "user", content: content(turn.parts) }];
    case "system":
      return [{ role: "system", content: turn.text }];
    case "replay":
      return [earlier[turn.step]?.answer.turn];
    case "assistant": {
      const spoken =
        turn.text === undefined ? null : content([{ text: turn.text, cached: turn.cached ?? false }]);
      const calls = turn.calls?.map(({ id, name, input }) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(input) },
      }));
      return [{ role: "assistant", content: spoken, ...(calls !== undefined && { tool_calls: calls }) }];
    }
    case "results":
      return turn.results.map((result) => resultOf(result, earlier));
  }
}

function resultOf({ id, parts, cached }: AskResult, earlier: readonly Exchange[]): unknown {
  return {
    role: "tool",
    tool_call_id: callIdOf(id, earlier),
    content: cached === true ? parts.map((part) => ({ ...partOf(part), ...mark(true) })) : content(parts),
  };
}

function content(parts: readonly AskPart[]): unknown {
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0 && "text" in only && only.cached !== true) return only.text;
  return parts.map(partOf);
}

function partOf(part: AskPart): object {
  if ("text" in part) return { type: "text", text: part.text, ...mark(part.cached) };
  if ("imageUrl" in part) return { type: "image_url", image_url: { url: part.imageUrl } };
  if ("png" in part) return { type: "image_url", image_url: { url: `data:image/png;base64,${part.png}` } };
  return {
    type: "file",
    file: { filename: part.filename, file_data: `data:application/pdf;base64,${part.pdf}` },
  };
}

function mark(cached: boolean | undefined): object {
  return cached === true ? { cache_control: { type: "ephemeral" } } : {};
}

function choice(wanted: AskToolChoice): unknown {
  if (typeof wanted === "string") return wanted;
  const reference = (name: string) => ({ type: "function", function: { name } });
  if ("named" in wanted) return reference(wanted.named);
  return { type: "allowed_tools", allowed_tools: { mode: "auto", tools: wanted.allowed.map(reference) } };
}
