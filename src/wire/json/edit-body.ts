/** Replaces `[start, end)` of a body by `text`; an insertion when both are equal. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const encoder = new TextEncoder();
const space = 0x20;

/**
 * The body with the edits made. Edits must not overlap. The body's own bytes are overwritten when every new text fits
 * where the old one stood (the rest is filled with spaces, which JSON allows between tokens), so that a large body is
 * not copied; otherwise it is copied once.
 */
export function editBody(body: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return body;
  const texts = edits.map((edit) => encoder.encode(edit.text));
  if (edits.every(({ start, end }, i) => (texts[i]?.length ?? 0) <= end - start)) {
    edits.forEach(({ start, end }, i) => {
      const text = texts[i] as Uint8Array;
      body.set(text, start);
      body.fill(space, start + text.length, end);
    });
    return body;
  }
  const order = edits.map((_, i) => i).sort((a, b) => byPosition(edits[a] as Edit, edits[b] as Edit));
  const grown = edits.reduce(
    (sum, { start, end }, i) => sum + (texts[i] as Uint8Array).length - (end - start),
    0,
  );
  const result = new Uint8Array(body.length + grown);
  let from = 0;
  let to = 0;
  for (const i of order) {
    const { start, end } = edits[i] as Edit;
    const text = texts[i] as Uint8Array;
    result.set(body.subarray(from, start), to);
    to += start - from;
    result.set(text, to);
    to += text.length;
    from = end;
  }
  result.set(body.subarray(from), to);
  return result;
}

/** An insertion goes before a replacement at the same place. */
function byPosition(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end;
}
