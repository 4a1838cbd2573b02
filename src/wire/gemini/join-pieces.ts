import type { AssistantPart } from "../neutral/part.ts";

/**
 * A model's turn as it was before it was streamed: clients send back every chunk as a part of its own. Unsigned
 * neighbours of one kind are one; an empty thought with a signature ends the thoughts before it.
 */
export function joinPieces(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const joined: AssistantPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (
      last?.type === "thinking" &&
      part.type === "thinking" &&
      last.signature === undefined &&
      isSame(part)
    ) {
      // Only the piece with the signature says whose the thought is.
      joined[joined.length - 1] = { ...part, text: last.text + part.text };
    } else if (last?.type === "text" && part.type === "text" && isPlain(last) && isPlain(part)) {
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    } else joined.push(part);
  }
  return joined;
}

function isSame({ text, signature, origin }: Extract<AssistantPart, { type: "thinking" }>): boolean {
  const ends = signature !== undefined || origin?.protocol !== "gemini";
  return !ends || text === "";
}

function isPlain({ signature }: Extract<AssistantPart, { type: "text" }>): boolean {
  return signature === undefined;
}
