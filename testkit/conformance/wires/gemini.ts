import { gemini } from "../../../src/wire/gemini/protocol.ts";
import { signPart } from "../../mocks/gemini/signature.ts";
import { subjectOf } from "../../mocks/gemini/turn-rules.ts";
import { startGeminiMock } from "../../mocks/gemini-server.ts";
import { object, parseJson } from "../model/json.ts";
import { plainUsage, type ScriptAnswer, type ScriptPart, type ScriptUsage } from "../model/script.ts";
import { geminiFault } from "./gemini-fault.ts";
import { readGeminiRequest } from "./gemini-request.ts";
import { pieces } from "./pieces.ts";
import type { UpstreamSpec, WireAdapter } from "./wire.ts";

const google: Omit<UpstreamSpec, "name" | "model"> = {
  mock: "gemini",
  start: (listen) => startGeminiMock({ listen }),
  driver: "gemini",
};

/**
 * generateContent: a model with levels of thinking that refuses calls without their signature, one with budgets, and one
 * whose schemas are Google's own.
 */
export const geminiWire: WireAdapter = {
  id: "gemini",
  protocol: gemini,
  lacks: {
    "signed-thinking": "signatures stand at calls and texts, not at the thinking",
    "redacted-thinking": "there is no hidden thinking",
    refusal: "a refusal is a text like any other",
    "refusal-text": "a refusal is a text like any other",
    "named-stop-sequence": "the answer does not say which stop sequence ended it",
    "cache-write-usage": "usage does not count what is written to a cache",
    "interleaved-calls": "every call comes whole",
    "argument-fragments": "every call comes whole",
    "end-mark": "the stream ends without a mark",
    "parallel-switch": "parallel calls cannot be switched off",
  },
  contentType: "text/event-stream",
  upstreams: [
    { ...google, name: "adaptive", model: "gemini-3-flash-preview" },
    { ...google, name: "budgeted", model: "gemini-2.5-flash" },
    { ...google, name: "older", model: "gemini-2.0-flash" },
  ],
  wantsUsage: () => true,
  wantsStream: ({ path }) => path.endsWith(":streamGenerateContent"),
  stream: (answer) => ({
    content: encode(streamedParts(answer.parts).map((part) => chunk(answer, [part]))),
    finish: encode([chunk(answer, [lastPart(answer.parts)], finishes[answer.stop])]),
    endMark: new Uint8Array(),
  }),
  whole(answer) {
    const parts = [
      ...wholeParts(answer.parts),
      ...(answer.parts.some(isText) ? [lastPart(answer.parts)] : []),
    ];
    return chunk(answer, parts, finishes[answer.stop]);
  },
  fault: geminiFault,
  faultEvent: (fault) => encode([geminiFault(fault).json]),
  read: readGeminiRequest,
  callSignatureOf: ({ name, input }) =>
    signPart(subjectOf({ functionCall: { name, args: { ...object(input) } } })),
  recordings: [
    "google/google-text.chunks.txt",
    "google/google-tool-call.chunks.txt",
    "google/google-reasoning-gemini3.chunks.txt",
  ],
  frameRecorded: (payloads) =>
    new TextEncoder().encode(payloads.map((payload) => `data: ${payload}\r\n\r\n`).join("")),
};

/** Calls have no reason of their own. */
const finishes: Readonly<Record<ScriptAnswer["stop"], string>> = {
  end: "STOP",
  tool_calls: "STOP",
  max_tokens: "MAX_TOKENS",
  stop_sequence: "STOP",
  refusal: "STOP",
  content_filter: "SAFETY",
};

function encode(payloads: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join(""));
}

/** A chunk of a stream and a whole answer have one shape. */
function chunk(answer: ScriptAnswer, parts: readonly object[], finishReason?: string): unknown {
  const content = { ...(parts.length > 0 && { parts }), role: "model" };
  return {
    candidates: [{ content, ...(finishReason !== undefined && { finishReason }), index: 0 }],
    usageMetadata: usageOf(answer),
    modelVersion: "gemini-3-flash-preview",
    responseId: "cOnFoRmAnCe_0-responseId",
  };
}

function isText(part: ScriptPart): boolean {
  return "text" in part;
}

function wholeParts(parts: readonly ScriptPart[]): readonly object[] {
  let calls = 0;
  return parts.flatMap((part): readonly object[] => {
    if ("thinking" in part) return [{ text: part.thinking, thought: true }];
    if ("text" in part) return [{ text: part.text }];
    return "call" in part ? [callPart(part, calls++ === 0)] : [];
  });
}

/** Prose in pieces, calls whole. */
function streamedParts(parts: readonly ScriptPart[]): readonly object[] {
  return wholeParts(parts).flatMap((part) => {
    const { text, ...rest } = object(part);
    return typeof text === "string" ? pieces(text, 4).map((piece) => ({ text: piece, ...rest })) : [part];
  });
}

/** Of parallel calls only the first is signed. */
function callPart(part: Extract<ScriptPart, { readonly call: string }>, signs: boolean): object {
  const functionCall = {
    ...(part.call !== "" && { id: part.call }),
    name: part.name,
    args: { ...object(parseJson(part.arguments)) },
  };
  return { functionCall, ...(signs && { thoughtSignature: signPart(subjectOf({ functionCall })) }) };
}

/** A text is signed on an empty part behind it. */
function lastPart(parts: readonly ScriptPart[]): object {
  const isSigned = parts.some(isText) && !parts.some((part) => "call" in part);
  return { text: "", ...(isSigned && { thoughtSignature: signPart(subjectOf({ text: "" })) }) };
}

function usageOf({ usage = plainUsage, serviceTier }: ScriptAnswer): unknown {
  const { input, cacheRead, output, reasoning }: ScriptUsage = usage;
  const prompt = input + cacheRead;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: prompt + output,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: prompt }],
    ...(cacheRead > 0 && { cachedContentTokenCount: cacheRead }),
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
    ...(serviceTier !== undefined && { serviceTier }),
  };
}
