import { createHash } from "node:crypto";
import { encryptReasoning } from "../../mocks/openai-responses/encrypted.ts";
import { array, type JsonObject, object, text } from "../model/json.ts";
import type { ScriptPart } from "../model/script.ts";
import { pieces } from "./pieces.ts";

/** The encrypted copy of reasoning that is shown, or of hidden reasoning, with the id it was issued with. */
export function encrypted(thought: string): { readonly id: string; readonly encrypted_content: string } {
  const id = `rs_${createHash("sha256").update(thought).digest("hex").slice(0, 48)}`;
  return { id, encrypted_content: encryptReasoning({ id, text: thought }) };
}

/** An item of the answer as it is at its end. */
export function itemOf(part: ScriptPart, at: number): JsonObject {
  if ("thinking" in part) {
    return {
      type: "reasoning",
      ...encrypted(part.thinking),
      summary: [{ type: "summary_text", text: part.thinking }],
    };
  }
  if ("redacted" in part) return { type: "reasoning", ...encrypted(part.redacted), summary: [] };
  if ("call" in part) {
    return {
      id: `fc_conformance${at}`,
      type: "function_call",
      status: "completed",
      arguments: part.arguments,
      call_id: part.call,
      name: part.name,
    };
  }
  return {
    id: `msg_conformance${at}`,
    type: "message",
    status: "completed",
    role: "assistant",
    content: [
      "text" in part
        ? { type: "output_text", annotations: [], logprobs: [], text: part.text }
        : { type: "refusal", refusal: part.refusal },
    ],
  };
}

/** The events that tell an item. */
export function itemEvents(part: ScriptPart, output_index: number): readonly JsonObject[] {
  const item = itemOf(part, output_index);
  const place = { item_id: item.id, output_index };
  return [
    { type: "response.output_item.added", output_index, item: skeletonOf(item) },
    ...contentEvents(part, item).map((event) => ({ ...event, ...place })),
    { type: "response.output_item.done", output_index, item },
  ];
}

function skeletonOf(item: JsonObject): JsonObject {
  if (item.type === "reasoning") return { ...item, summary: [], encrypted_content: "gAAAAAearly" };
  return item.type === "message"
    ? { ...item, status: "in_progress", content: [] }
    : { ...item, status: "in_progress", arguments: "" };
}

function contentEvents(part: ScriptPart, item: JsonObject): readonly JsonObject[] {
  if ("redacted" in part) return [];
  if ("call" in part) {
    return [
      ...pieces(part.arguments, part.fragments ?? 4).map((delta) => ({
        type: "response.function_call_arguments.delta",
        delta,
        obfuscation: "x9",
      })),
      { type: "response.function_call_arguments.done", arguments: part.arguments },
    ];
  }
  if ("thinking" in part) return summaryEvents(part.thinking);
  const content = object(array(item.content)[0]);
  const isText = "text" in part;
  const stem = isText ? "response.output_text" : "response.refusal";
  const field = isText ? "text" : "refusal";
  const said = text(content[field]);
  const place = { content_index: 0 };
  return [
    { type: "response.content_part.added", ...place, part: { ...content, [field]: "" } },
    ...pieces(said, 4).map((delta) => ({ type: `${stem}.delta`, ...place, delta, obfuscation: "x9aB" })),
    { type: `${stem}.done`, ...place, [field]: said },
    { type: "response.content_part.done", ...place, part: content },
  ];
}

function summaryEvents(thought: string): readonly JsonObject[] {
  const place = { summary_index: 0 };
  const part = { type: "summary_text", text: thought };
  return [
    { type: "response.reasoning_summary_part.added", ...place, part: { ...part, text: "" } },
    ...pieces(thought, 4).map((delta) => ({
      type: "response.reasoning_summary_text.delta",
      ...place,
      delta,
    })),
    { type: "response.reasoning_summary_text.done", ...place, text: thought },
    { type: "response.reasoning_summary_part.done", ...place, part },
  ];
}
