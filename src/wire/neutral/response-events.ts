import type { NeutralEvent, StreamPart } from "./event.ts";
import type { AssistantPart } from "./part.ts";
import type { NeutralResponse } from "./response.ts";
import { signedOf } from "./signed-of.ts";

/** A complete answer as the stream it could have been, for clients that asked for one and a vendor that sent none. */
export function responseEvents(response: NeutralResponse): NeutralEvent[] {
  const events: NeutralEvent[] = [
    {
      type: "start",
      id: response.id,
      model: response.model,
      ...(response.created !== undefined && { created: response.created }),
      ...(response.serviceTier !== undefined && { serviceTier: response.serviceTier }),
    },
  ];
  response.parts.forEach((part, index) => {
    events.push({ type: "part-start", index, part: streamPart(part) }, ...deltas(part, index), {
      type: "part-end",
      index,
    });
  });
  events.push({ type: "usage", usage: response.usage });
  events.push({
    type: "finish",
    reason: response.stopReason,
    ...(response.stopSequence !== undefined && { stopSequence: response.stopSequence }),
  });
  return events;
}

function streamPart(part: AssistantPart): StreamPart {
  switch (part.type) {
    case "text":
      return { type: "text", ...signedOf(part) };
    case "refusal":
      return { type: "refusal" };
    case "thinking":
      return { type: "thinking", origin: part.origin ?? { protocol: "openai-chat" } };
    case "redacted_thinking":
      return { ...part, origin: part.origin ?? { protocol: "openai-chat" } };
    case "tool_call":
      return { type: "tool_call", id: part.id, name: part.name, kind: part.kind, ...signedOf(part) };
    case "opaque":
      return part;
  }
}

function deltas(part: AssistantPart, index: number): NeutralEvent[] {
  switch (part.type) {
    case "text":
      return [
        ...(part.text === "" && part.signature !== undefined
          ? []
          : [{ type: "text-delta" as const, index, text: part.text }]),
        ...(part.citations === undefined ? [] : [{ type: "citation" as const, index, ...part.citations }]),
      ];
    case "refusal":
      return [{ type: "refusal-delta", index, text: part.text }];
    case "thinking":
      return [
        ...(part.text === "" ? [] : [{ type: "thinking-delta" as const, index, text: part.text }]),
        ...(part.signature === undefined
          ? []
          : [{ type: "signature" as const, index, signature: part.signature }]),
      ];
    case "tool_call":
      return [{ type: "arguments-delta", index, text: part.arguments }];
    case "redacted_thinking":
    case "opaque":
      return [];
  }
}
