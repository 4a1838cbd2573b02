import type { AssistantPart, Signed } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { argumentsOf, madeUpId } from "./call-id.ts";
import { geminiOrigin } from "./schema.ts";

/** Where in an answer a part stands. */
export interface AnswerPlace {
  readonly responseId: string;
  /** Calls that stand before it. */
  readonly ordinal: number;
}

/**
 * One part of a vendor's answer; undefined when it says nothing. A part that holds only a signature is an empty text,
 * kept so that the signature goes back where it stood.
 */
export function decodePart(part: JsonObject, at: AnswerPlace): AssistantPart | undefined {
  const signature = textOf(part.thoughtSignature);
  if (isObject(part.functionCall)) {
    const call = part.functionCall;
    const id = textOf(call.id);
    return {
      type: "tool_call",
      id: id === "" ? madeUpId(call, at) : id,
      name: textOf(call.name),
      arguments: argumentsOf(call),
      kind: "function",
      ...signed(signature),
    };
  }
  const kind = opaqueKind(part);
  if (kind !== undefined) return { type: "opaque", name: kind, protocol: "gemini", value: part };
  const text = textOf(part.text);
  if (text === "" && signature === "") return undefined;
  const type = part.thought === true ? "thinking" : "text";
  if (signature !== "") return { type, text, signature, origin: geminiOrigin };
  return type === "thinking" ? { type, text, origin: geminiOrigin } : { type, text };
}

function signed(signature: string): Signed {
  return signature === "" ? {} : { signature, origin: geminiOrigin };
}

/** Kinds of data for which the tree has no word in an answer: pictures, code the vendor ran, its own tools. */
const opaqueKinds = [
  "inlineData",
  "fileData",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
  "functionResponse",
] as const;

function opaqueKind(part: JsonObject): string | undefined {
  for (const kind of opaqueKinds) if (isObject(part[kind])) return kind;
  return undefined;
}

/** A string, or an empty one for what is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
