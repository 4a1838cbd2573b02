import type { Origin, RedactedThinkingPart, ThinkingPart } from "../neutral/part.ts";
import type { PartPlace } from "./encode-scope.ts";
import type { WireBlock } from "./schema.ts";

/**
 * Reasoning sent back, byte for byte, to whom it belongs; undefined, with a loss, where nobody can vouch for it: models
 * refuse reasoning without its signature.
 */
export function encodeReasoning(
  part: ThinkingPart | RedactedThinkingPart,
  at: PartPlace,
): WireBlock | undefined {
  if (part.type === "redacted_thinking") {
    if (part.origin?.protocol === "bedrock-converse")
      return { reasoningContent: { redactedContent: part.data } };
  } else if (part.signature !== undefined && part.signature !== "" && isOwn(part.origin, at)) {
    return { reasoningContent: { reasoningText: { text: part.text, signature: part.signature } } };
  }
  at.scope.losses.add(at.path.replace(/\.content\[\d+\]$/, ".thinking"), "dropped");
  return undefined;
}

/** Signatures of Messages models hold on every platform that hosts them. Source: Anthropic, "Extended thinking". */
function isOwn(origin: Origin | undefined, { scope }: PartPlace): boolean {
  if (origin?.protocol === "bedrock-converse") return true;
  return origin?.protocol === "anthropic-messages" && scope.traits.nativeBody === "messages";
}
