import type { RedactedThinkingPart, ThinkingPart } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { packState, pieceBreak, splitPieces, unpackState } from "./reasoning-state.ts";
import { responsesOrigin } from "./schema.ts";
import { wrapState } from "./state-envelope.ts";

export type ReasoningPart = ThinkingPart | RedactedThinkingPart;

/** A `reasoning` item of this protocol's vendors: its summary, or the reasoning itself where a vendor shows it. */
export function readReasoningItem(item: JsonObject): ReasoningPart | undefined {
  const summary = texts(item.summary);
  const pieces = summary.length > 0 ? summary : texts(item.content);
  const text = pieces.join(pieceBreak);
  const state = stateOf(item, pieces);
  if (text === "") {
    return state === undefined
      ? undefined
      : { type: "redacted_thinking", data: state, origin: responsesOrigin };
  }
  const signature = state === undefined ? {} : { signature: state };
  return { type: "thinking", text, ...signature, origin: responsesOrigin };
}

/** The opaque state of an item; undefined when it has none, so that it cannot be replayed. */
export function stateOf(item: JsonObject, pieces: readonly string[]): string | undefined {
  const { encrypted_content: encrypted, id } = item;
  if (typeof encrypted !== "string" || encrypted === "") return undefined;
  const sizes = pieces.map((piece) => piece.length);
  return packState({ encrypted, pieces: sizes, ...(typeof id === "string" && id !== "" && { id }) });
}

/** The pieces of a summary or of the reasoning itself. */
export function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((part: unknown) =>
    isObject(part) && typeof part.text === "string" ? [part.text] : [],
  );
}

/** Reasoning as an item for its own vendor; undefined when the vendor would not know it as its own. */
export function replayItem(part: ReasoningPart): JsonObject | undefined {
  const packed = part.type === "thinking" ? part.signature : part.data;
  if (part.origin?.protocol !== responsesOrigin.protocol || packed === undefined || packed === "") {
    return undefined;
  }
  const state = unpackState(packed);
  return {
    type: "reasoning",
    ...(state.id !== undefined && { id: state.id }),
    summary: summaryOf(part, state.pieces),
    encrypted_content: state.encrypted,
  };
}

/** Reasoning as an item for a client, whoever's it is: as its own vendor wrote it, or under this id. */
export function clientItem(part: ReasoningPart, id: string): JsonObject {
  const own = replayItem(part);
  return own?.id === undefined ? envelopeItem(part, id) : own;
}

/** Reasoning under an id of ours: a vendor that knows its state by an id of its own finds that inside. */
export function envelopeItem(part: ReasoningPart, id: string): JsonObject {
  const encrypted = wrapState(part);
  return {
    id,
    type: "reasoning",
    summary: summaryOf(part, undefined),
    ...(encrypted !== undefined && { encrypted_content: encrypted }),
  };
}

function summaryOf(part: ReasoningPart, sizes: readonly number[] | undefined): readonly JsonObject[] {
  if (part.type !== "thinking") return [];
  return splitPieces(part.text, sizes).map((text) => ({ type: "summary_text", text }));
}
