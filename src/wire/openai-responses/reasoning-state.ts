import { isObject } from "../read-json.ts";

/** What of a `reasoning` item must come back to its vendor besides the text. */
export interface ReasoningState {
  readonly id?: string;
  readonly encrypted: string;
  /** Characters of each piece of the summary, in order; their texts stand with a blank line between. */
  readonly pieces?: readonly number[];
}

/** Stands between two pieces of a summary. */
export const pieceBreak = "\n\n";

/** The state as the opaque text of the neutral tree: JSON, or the bare encrypted content when there is no more. */
export function packState({ id, encrypted, pieces }: ReasoningState): string {
  const several = pieces !== undefined && pieces.length > 1;
  if (id === undefined && !several) return encrypted;
  return JSON.stringify({
    ...(id !== undefined && { id }),
    encrypted_content: encrypted,
    ...(several && { pieces }),
  });
}

/** The opposite of `packState`. Text that it did not write is encrypted content. */
export function unpackState(text: string): ReasoningState {
  const value = text.startsWith("{") ? parse(text) : undefined;
  if (!isObject(value) || typeof value.encrypted_content !== "string") return { encrypted: text };
  const pieces = Array.isArray(value.pieces) ? value.pieces.filter((size) => typeof size === "number") : [];
  return {
    encrypted: value.encrypted_content,
    ...(typeof value.id === "string" && { id: value.id }),
    ...(pieces.length > 1 && { pieces }),
  };
}

/** The pieces a summary was made of; one piece when `sizes` does not fit the text. */
export function splitPieces(text: string, sizes: readonly number[] = []): readonly string[] {
  if (text === "") return [];
  const total = sizes.reduce((sum, size) => sum + size, 0) + pieceBreak.length * (sizes.length - 1);
  if (sizes.length < 2 || total !== text.length) return [text];
  let at = 0;
  return sizes.map((size) => {
    const piece = text.slice(at, at + size);
    at += size + pieceBreak.length;
    return piece;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
