import type { ObjectReader } from "../read-json.ts";
import { readReasoningItem } from "./reasoning-item.ts";
import { envelopePrefix, type Unwrapped, unwrapState } from "./state-envelope.ts";

/** A `reasoning` item a client sends back; undefined when it holds neither text nor state. */
export function decodeReplayedReasoning(item: ObjectReader): Unwrapped | undefined {
  const encrypted = item.optionalString("encrypted_content") ?? "";
  item.optionalArray("summary");
  if (!encrypted.startsWith(envelopePrefix)) {
    const block = readReasoningItem(item.value);
    return block === undefined ? undefined : { block };
  }
  const shown = readReasoningItem({ ...item.value, encrypted_content: null });
  const text = shown?.type === "thinking" ? shown.text : "";
  return unwrapState(encrypted, { text, path: item.at("encrypted_content") });
}
