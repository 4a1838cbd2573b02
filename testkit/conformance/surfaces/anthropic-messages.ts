import { anthropicMessages } from "../../../src/wire/anthropic-messages/protocol.ts";
import type { Ask, AskPart, AskResult, AskToolChoice, AskTurn } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";
import { readMessagesStream } from "./anthropic-messages-stream.ts";
import { readMessagesWhole } from "./anthropic-messages-whole.ts";
import { callIdOf } from "./replayed.ts";
import type { SurfaceAdapter, WriteContext } from "./surface.ts";

/** Budgets as a Messages client of a budgeted model asks for them, in tokens. */
const budgets = { low: 1024, medium: 4096, high: 8192 };

/** The Messages API as its official client speaks it. */
export const messagesSurface: SurfaceAdapter = {
  id: "anthropic-messages",
  protocol: anthropicMessages,
  lacks: {
    "allowed-tools": "the choice of tools cannot be narrowed",
    "optional-max-tokens": "max_tokens is required",
    "temperature-above-1": "temperature ends at 1",
    "empty-assistant-turn": "an empty turn is not valid in the dialect itself",
    "usage-on-request": "usage always comes",
    "dotted-tool-names": "tool names have letters, digits, `_` and `-` only",
    "stored-turns": "an answer cannot be referred to",
    effort: "reasoning is asked for by a budget of tokens",
  },
  write,
  headers: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
  readWhole: readMessagesWhole,
  readStream: readMessagesStream,
  finishes: {
    end: ["end_turn"],
    tool_calls: ["tool_use"],
    max_tokens: ["max_tokens"],
    // Chat completions do not tell a stop sequence from an end.
    stop_sequence: ["stop_sequence", "end_turn"],
    refusal: ["refusal"],
    content_filter: ["refusal"],
  },
  errorTypes(status) {
    const known: Readonly<Record<number, string>> = {
      401: "authentication_error",
      402: "billing_error",
      403: "permission_error",
      404: "not_found_error",
      409: "conflict_error",
      413: "request_too_large",
      429: "rate_limit_error",
      504: "timeout_error",
      529: "overloaded_error",
    };
    return [known[status] ?? (status >= 500 ? "api_error" : "invalid_request_error")];
  },
};

function write(ask: Ask, { model, stream, earlier }: WriteContext) {
  const body = {
    ...(model !== null && { model }),
    ...(ask.maxTokens !== "unset" && { max_tokens: ask.maxTokens ?? 1000 }),
    ...(ask.system !== undefined && { system: ask.system.map(blockOf) }),
    messages: ask.messages.map((turn) => messageOf(turn, earlier)),
    ...(ask.tools !== undefined && {
      tools: ask.tools.map(({ parameters, cached, ...tool }) => ({
        ...tool,
        input_schema: parameters,
        ...mark(cached),
      })),
    }),
    ...choiceOf(ask),
    ...(ask.temperature !== undefined && { temperature: ask.temperature }),
    ...(ask.stop !== undefined && { stop_sequences: ask.stop }),
    ...(ask.effort !== undefined && { thinking: { type: "enabled", budget_tokens: budgets[ask.effort] } }),
    ...(ask.schema !== undefined && {
      output_config: { format: { type: "json_schema", schema: ask.schema } },
    }),
    ...(ask.serviceTier !== undefined && { service_tier: ask.serviceTier }),
    ...(stream && { stream: true }),
    ...ask.fields,
  };
  return { path: "/v1/messages", body };
}

function messageOf(turn: AskTurn, earlier: readonly Exchange[]): unknown {
  switch (turn.role) {
    case "user":
      return { role: "user", content: turn.parts.map(blockOf) };
    case "system":
      return { role: "system", content: turn.text };
    case "replay":
      return earlier[turn.step]?.answer.turn;
    case "assistant": {
      const spoken = turn.text === undefined ? [] : [{ type: "text", text: turn.text, ...mark(turn.cached) }];
      const calls = turn.calls?.map(({ id, name, input }) => ({ type: "tool_use", id, name, input })) ?? [];
      return { role: "assistant", content: [...spoken, ...calls] };
    }
    case "results":
      return { role: "user", content: turn.results.map((result) => resultOf(result, earlier)) };
  }
}

function resultOf({ id, parts, isError, cached }: AskResult, earlier: readonly Exchange[]): unknown {
  return {
    type: "tool_result",
    tool_use_id: callIdOf(id, earlier),
    content: parts.map(blockOf),
    ...(isError === true && { is_error: true }),
    ...mark(cached),
  };
}

function blockOf(part: AskPart): object {
  if ("text" in part) return { type: "text", text: part.text, ...mark(part.cached) };
  if ("imageUrl" in part) return { type: "image", source: { type: "url", url: part.imageUrl } };
  if ("png" in part)
    return { type: "image", source: { type: "base64", media_type: "image/png", data: part.png } };
  return {
    type: "document",
    source: { type: "base64", media_type: "application/pdf", data: part.pdf },
    title: part.filename,
  };
}

function mark(cached: boolean | undefined): object {
  return cached === true ? { cache_control: { type: "ephemeral" } } : {};
}

function choiceOf({ toolChoice, parallel }: Ask): object {
  const serial = parallel === undefined ? {} : { disable_parallel_tool_use: !parallel };
  if (toolChoice === undefined)
    return parallel === undefined ? {} : { tool_choice: { type: "auto", ...serial } };
  return { tool_choice: { ...choice(toolChoice), ...serial } };
}

function choice(wanted: AskToolChoice): object {
  if (wanted === "required") return { type: "any" };
  if (typeof wanted === "string") return { type: wanted };
  // A choice among some tools is kept from this surface by what it lacks.
  return "named" in wanted ? { type: "tool", name: wanted.named } : { type: "auto" };
}
