import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, pieces, tokensOf } from "../shared/token-count.ts";
import type { GeminiModel } from "./models.ts";
import type { FunctionDeclaration, GenerateRequest, Part } from "./schema.ts";
import { signPart } from "./signature.ts";
import { subjectOf } from "./turn-rules.ts";

/** What the mock answers, before it is cut into chunks. */
export interface GeminiAnswer {
  readonly thought: string;
  readonly parts: readonly Part[];
  readonly finishReason: "STOP" | "MAX_TOKENS";
  readonly usage: Readonly<Record<string, unknown>>;
  readonly envelope: { readonly modelVersion: string; readonly responseId: string };
}

/** Deterministic: tools are called when the user spoke last, every one of them or those the user names, else what was said is said back. */
export function answerContent(request: GenerateRequest, model: GeminiModel): GeminiAnswer {
  const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const thinks = isThinking(request, model);
  const thought = thinks ? `**Thinking about** ${lastText(request)}` : "";
  const calls = chooseTools(request).map(callOf);
  const budget = (request.generationConfig?.maxOutputTokens ?? model.outputLimit) - tokensOf(thought);
  const cut = cutText(calls.length > 0 ? "" : spoken(request), {
    maxTokens: Math.max(0, budget),
    stop: request.generationConfig?.stopSequences ?? [],
  });
  const parts: Part[] = [...(cut.text === "" ? [] : [{ text: cut.text }]), ...calls];
  const [first] = parts;
  // Only the first call of an answer is signed, and of a text its end.
  if (first !== undefined && model.generation >= 2.5 && thinks) {
    parts[0] = { ...first, thoughtSignature: signPart(subjectOf(first)) };
  }
  const written = tokensOf(cut.text) + calls.reduce((sum, call) => sum + tokensOf(call), 0);
  const prompt = countPrompt(request);
  return {
    thought: request.generationConfig?.thinkingConfig?.includeThoughts === true ? thought : "",
    parts,
    finishReason: cut.end === "max_tokens" ? "MAX_TOKENS" : "STOP",
    usage: {
      promptTokenCount: prompt,
      candidatesTokenCount: written,
      totalTokenCount: prompt + written + tokensOf(thought),
      promptTokensDetails: [{ modality: "TEXT", tokenCount: prompt }],
      ...(thought !== "" && { thoughtsTokenCount: tokensOf(thought) }),
    },
    envelope: { modelVersion: model.id, responseId: hash.slice(0, 22) },
  };
}

/** Input tokens of a prompt. */
export function countPrompt({ contents, systemInstruction, tools }: Partial<GenerateRequest>): number {
  return tokensOf(contents ?? []) + tokensOf(systemInstruction ?? "") + tokensOf(tools ?? "");
}

/** The answer as one body. */
export function contentBody({ thought, parts, finishReason, usage, envelope }: GeminiAnswer): unknown {
  const all = [...(thought === "" ? [] : [{ text: thought, thought: true }]), ...parts];
  const content = { ...(all.length > 0 && { parts: all }), role: "model" };
  return { candidates: [{ content, finishReason, index: 0 }], usageMetadata: usage, ...envelope };
}

/** The answer as chunks: prose in pieces, calls whole, a text's signature on an empty part at the end. */
export function contentEvents(answer: GeminiAnswer): readonly unknown[] {
  const { thought, parts, finishReason, usage, envelope } = answer;
  const [first] = parts;
  const signed = first?.text !== undefined && first.thoughtSignature !== undefined;
  // A signature of a text covers the whole of it; pieces do not carry it.
  const last: Part = signed ? { text: "", thoughtSignature: signPart("text ") } : { text: "" };
  const streamed = parts.flatMap((part): readonly Part[] =>
    part.text === undefined ? [part] : pieces(part.text).map((text) => ({ text })),
  );
  const chunk = (candidate: object) => ({
    candidates: [{ ...candidate, index: 0 }],
    usageMetadata: usage,
    ...envelope,
  });
  return [...pieces(thought).map((text) => ({ text, thought: true })), ...streamed]
    .map((part) => chunk({ content: { parts: [part], role: "model" } }))
    .concat(chunk({ content: { parts: [last], role: "model" }, finishReason }) as never);
}

function isThinking({ generationConfig }: GenerateRequest, model: GeminiModel): boolean {
  if (model.thinking === "none") return false;
  return generationConfig?.thinkingConfig?.thinkingBudget !== 0;
}

function chooseTools(request: GenerateRequest): readonly FunctionDeclaration[] {
  const config = request.toolConfig?.functionCallingConfig;
  const last = request.contents.at(-1);
  const answers = last?.parts?.some(({ functionResponse }) => functionResponse !== undefined) === true;
  if (config?.mode === "NONE" || last?.role === "model" || answers) return [];
  const all = (request.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  const allowed = config?.allowedFunctionNames ?? [];
  return calledTools(allowed.length === 0 ? all : all.filter(({ name }) => allowed.includes(name)), {
    said: lastText(request),
    nameOf: ({ name }) => name,
    unnamed: "all",
  });
}

function callOf({ name, parameters, parametersJsonSchema }: FunctionDeclaration): Part {
  const schema = parametersJsonSchema ?? parameters ?? { type: "object" };
  const args = instanceOfSchema(schema as Record<string, unknown>) as Record<string, unknown>;
  // A function without parameters is called without arguments.
  return { functionCall: { name, ...(Object.keys(args).length > 0 && { args }) } };
}

function spoken(request: GenerateRequest): string {
  const config = request.generationConfig;
  const schema = config?.responseJsonSchema ?? config?.responseSchema;
  if (schema !== undefined) return JSON.stringify(instanceOfSchema(schema as Record<string, unknown>));
  if (config?.responseMimeType === "application/json") return JSON.stringify({ said: lastText(request) });
  const last = request.contents.at(-1)?.parts ?? [];
  const said = last.some(({ functionResponse }) => functionResponse !== undefined)
    ? "The tool said"
    : "You said";
  return `${said}: ${lastText(request)}`;
}

function lastText({ contents }: GenerateRequest): string {
  return (contents.at(-1)?.parts ?? []).map(textOf).join("");
}

function textOf(part: Part): string {
  if (part.text !== undefined) return part.text;
  if (part.functionResponse === undefined) return `[${part.inlineData?.mimeType ?? "data"}]`;
  const { response, parts = [] } = part.functionResponse;
  const text = typeof response.output === "string" ? response.output : JSON.stringify(response);
  return text + parts.map(({ inlineData }) => `[${inlineData?.mimeType}]`).join("");
}
