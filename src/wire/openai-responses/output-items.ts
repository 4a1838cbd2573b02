import type { RawJson } from "../json/raw-json.ts";
import type { AssistantPart, TextPart, ToolCallPart, VendorValue } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** How complete an item is. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

export function messageItem(id: string, content: readonly JsonObject[], status: ItemStatus): JsonObject {
  return { id, type: "message", status, role: "assistant", content };
}

export function textContent(text: string | RawJson, annotations: readonly unknown[] = []): JsonObject {
  return { type: "output_text", text, annotations, logprobs: [] };
}

export function refusalContent(refusal: string | RawJson): JsonObject {
  return { type: "refusal", refusal };
}

/** A call of a function or of a custom tool. A function's arguments are never empty, since clients parse them. */
export function callItem(
  call: Pick<ToolCallPart, "id" | "name" | "kind" | "arguments">,
  { id, status }: { readonly id: string; readonly status: ItemStatus },
): JsonObject {
  const { name } = call;
  // Not every vendor names its calls; a result must be able to.
  const call_id = call.id || id;
  if (call.kind === "custom") {
    return { id, type: "custom_tool_call", status, call_id, name, input: call.arguments };
  }
  const empty = call.arguments === "" && status === "completed";
  return {
    id,
    type: "function_call",
    status,
    call_id,
    name,
    arguments: empty ? "{}" : call.arguments,
  };
}

/** An item only this protocol knows, as its vendor wrote it. */
export function opaqueItem({ protocol, value }: VendorValue): JsonObject | undefined {
  return protocol === "openai-responses" && isObject(value) ? value : undefined;
}

/** Annotations of this protocol only: another's point into texts and documents this one does not have. */
export function annotationsOf({ citations }: TextPart): readonly unknown[] {
  if (citations?.protocol !== "openai-responses") return [];
  return Array.isArray(citations.value) ? citations.value : [citations.value];
}

/** Whether a part is content of a message item. */
export function isContent(part: { readonly type: AssistantPart["type"] }): boolean {
  return part.type === "text" || part.type === "refusal";
}
