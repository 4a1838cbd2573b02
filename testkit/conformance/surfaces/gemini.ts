import { gemini } from "../../../src/wire/gemini/protocol.ts";
import type { Ask, AskCall, AskPart, AskResult, AskToolChoice, AskTurn } from "../model/ask.ts";
import { readGeminiStream } from "./gemini-stream.ts";
import { readGeminiWhole } from "./gemini-whole.ts";
import { callIdOf } from "./replayed.ts";
import type { SurfaceAdapter, WriteContext } from "./surface.ts";

/** Google's `generateContent` and `streamGenerateContent` as its official client speaks them. */
export const geminiSurface: SurfaceAdapter = {
  id: "gemini",
  protocol: gemini,
  lacks: {
    "named-stop-sequence": "the answer does not say which stop sequence ended it",
    "cache-write-usage": "usage does not count tokens written to a cache",
    "argument-fragments": "arguments are an object, not a text",
    "system-between-turns": "instructions stand before the conversation only",
    "parallel-switch": "parallel calls cannot be switched off",
    "empty-assistant-turn": "an empty turn is not valid in the dialect itself",
    "usage-on-request": "usage always comes",
    "service-tier": "its tiers have names of their own: see P024",
    "long-tool-names": "tool names have at most 64 characters",
    "stored-turns": "an answer cannot be referred to",
  },
  write,
  headers: (key) => ({ "x-goog-api-key": key }),
  readWhole: readGeminiWhole,
  readStream: readGeminiStream,
  finishes: {
    end: ["STOP"],
    // The parts of the answer say that tools are called, nothing else does.
    tool_calls: ["STOP"],
    max_tokens: ["MAX_TOKENS"],
    stop_sequence: ["STOP"],
    refusal: ["STOP", "SAFETY"],
    content_filter: ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"],
  },
  errorTypes(status) {
    const known: Readonly<Record<number, string>> = {
      401: "UNAUTHENTICATED",
      402: "RESOURCE_EXHAUSTED",
      403: "PERMISSION_DENIED",
      404: "NOT_FOUND",
      409: "ABORTED",
      429: "RESOURCE_EXHAUSTED",
      501: "UNIMPLEMENTED",
      503: "UNAVAILABLE",
      504: "DEADLINE_EXCEEDED",
      529: "UNAVAILABLE",
    };
    const own = known[status];
    if (own !== undefined) return [own];
    return status >= 500 ? ["INTERNAL", "UNAVAILABLE"] : ["INVALID_ARGUMENT", "FAILED_PRECONDITION"];
  },
};

function write(ask: Ask, context: WriteContext) {
  const { toolChoice, system, tools } = ask;
  const body = {
    ...(system !== undefined && { systemInstruction: { parts: system.map(({ text }) => ({ text })) } }),
    contents: ask.messages.map((turn) => contentOf(turn, { ask, context })),
    ...(tools !== undefined && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, parameters }) => ({
            name,
            ...(description !== undefined && { description }),
            parametersJsonSchema: parameters,
          })),
        },
      ],
    }),
    ...(toolChoice !== undefined && { toolConfig: { functionCallingConfig: choice(toolChoice) } }),
    ...configOf(ask),
    ...(ask.serviceTier !== undefined && { serviceTier: ask.serviceTier }),
    ...ask.fields,
  };
  const verb = context.stream ? "streamGenerateContent?alt=sse" : "generateContent";
  return { path: `/v1beta/models/${context.model ?? ""}:${verb}`, body };
}

function configOf(ask: Ask): object {
  const generationConfig = {
    ...(ask.maxTokens !== "unset" && { maxOutputTokens: ask.maxTokens ?? 1000 }),
    ...(ask.temperature !== undefined && { temperature: ask.temperature }),
    ...(ask.stop !== undefined && { stopSequences: ask.stop }),
    ...(ask.effort !== undefined && {
      thinkingConfig: { includeThoughts: true, thinkingLevel: ask.effort.toUpperCase() },
    }),
    ...(ask.schema !== undefined && {
      responseMimeType: "application/json",
      responseJsonSchema: ask.schema,
    }),
  };
  return Object.keys(generationConfig).length === 0 ? {} : { generationConfig };
}

/** What a turn depends on besides itself: a result names the function it is of. */
interface TurnContext {
  readonly ask: Ask;
  readonly context: WriteContext;
}

function contentOf(turn: AskTurn, at: TurnContext): unknown {
  switch (turn.role) {
    case "user":
      return { role: "user", parts: turn.parts.map(partOf) };
    case "system":
      // Kept from this surface by what it lacks.
      return { role: "user", parts: [{ text: turn.text }] };
    case "replay":
      return at.context.earlier[turn.step]?.answer.turn;
    case "assistant": {
      const spoken = turn.text === undefined ? [] : [{ text: turn.text }];
      const calls = (turn.calls ?? []).map(({ id, name, input }, i) => ({
        functionCall: { id, name, args: input },
        // What the documentation tells clients to send for a call the model did not make.
        ...(i === 0 && { thoughtSignature: "skip_thought_signature_validator" }),
      }));
      return { role: "model", parts: [...spoken, ...calls] };
    }
    case "results":
      return {
        role: "user",
        parts: turn.results.map((result) => ({ functionResponse: responseOf(result, at) })),
      };
  }
}

/** A text goes under `output`, or under `error`, as the API's documentation says. */
function responseOf({ id, parts, isError }: AskResult, at: TurnContext): unknown {
  const said = parts.map((part) => ("text" in part ? part.text : "")).join("");
  const media = parts.filter((part) => !("text" in part)).map(partOf);
  return {
    id: callIdOf(id, at.context.earlier),
    name: nameOf(id, at),
    response: isError === true ? { error: said } : { output: said },
    ...(media.length > 0 && { parts: media }),
  };
}

function nameOf(id: AskResult["id"], { ask, context }: TurnContext): string {
  if (typeof id !== "string") return context.earlier[id.step]?.answer.calls[id.call]?.name ?? "";
  const calls = ask.messages.flatMap((turn): readonly AskCall[] =>
    turn.role === "assistant" ? (turn.calls ?? []) : [],
  );
  return calls.find((call) => call.id === id)?.name ?? "";
}

function partOf(part: AskPart): object {
  if ("text" in part) return { text: part.text };
  if ("imageUrl" in part) return { fileData: { mimeType: "image/png", fileUri: part.imageUrl } };
  if ("png" in part) return { inlineData: { mimeType: "image/png", data: part.png } };
  return { inlineData: { mimeType: "application/pdf", data: part.pdf } };
}

function choice(wanted: AskToolChoice): object {
  if (typeof wanted === "string") {
    const modes = { auto: "AUTO", none: "NONE", required: "ANY" };
    return { mode: modes[wanted] };
  }
  return "named" in wanted
    ? { mode: "ANY", allowedFunctionNames: [wanted.named] }
    : { mode: "VALIDATED", allowedFunctionNames: wanted.allowed };
}
