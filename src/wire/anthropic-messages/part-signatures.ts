import type { AssistantPart, Signed } from "../neutral/part.ts";
import type { ObjectReader } from "../read-json.ts";
import { type StatePlace, unwrapState, wrapPartState } from "./state-envelope.ts";

/*
 * This protocol has no place for a signature on a text or on a call (Gemini's thought signatures). One travels in an
 * empty thinking block right before its part, whose own signature is an envelope that says so.
 */

/** A signature that waits for its part. */
export interface WaitingSignature {
  readonly type: "part_signature";
  readonly place: StatePlace;
  readonly signed: Required<Signed>;
}

/** The signature in a thinking block that holds nothing else; undefined for every other block. */
export function readPartSignature(block: ObjectReader): WaitingSignature | undefined {
  if (block.value.type !== "thinking") return undefined;
  const signature = block.optionalString("signature") ?? "";
  const { state, origin, place } = unwrapState(signature, block.at("signature"));
  return place === undefined
    ? undefined
    : { type: "part_signature", place, signed: { signature: state, origin } };
}

/**
 * The parts with their signatures. A call's goes with the call, since clients move parts about, and is gone with it; a text's
 * goes with the part after it, and stays as an empty text when there is none.
 */
export function placeSignatures(
  parts: readonly (AssistantPart | WaitingSignature)[],
): readonly AssistantPart[] {
  const placed: AssistantPart[] = [];
  const byCall = new Map<string, Required<Signed>>();
  for (const part of parts) {
    if (part.type === "part_signature" && typeof part.place === "object")
      byCall.set(part.place.call, part.signed);
  }
  let waiting: WaitingSignature | undefined;
  const settle = () => {
    if (waiting !== undefined) placed.push({ type: "text", text: "", ...waiting.signed });
    waiting = undefined;
  };
  for (const part of parts) {
    if (part.type === "part_signature") {
      if (typeof part.place === "object") continue;
      settle();
      waiting = part;
      if (part.place === "alone") settle();
    } else if (part.type === "tool_call" && byCall.has(part.id)) {
      settle();
      placed.push({ ...part, ...byCall.get(part.id) });
    } else if (waiting !== undefined && (part.type === "text" || part.type === "tool_call")) {
      placed.push({ ...part, ...waiting.signed });
      waiting = undefined;
    } else {
      settle();
      placed.push(part);
    }
  }
  settle();
  return placed;
}

/** The thinking block that carries a signature; undefined when there is none. */
export function signatureBlock({ signature, origin }: Signed, place: StatePlace): object | undefined {
  if (signature === undefined || origin === undefined) return undefined;
  return { type: "thinking", thinking: "", signature: wrapPartState({ state: signature, origin, place }) };
}
