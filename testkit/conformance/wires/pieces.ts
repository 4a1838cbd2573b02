/** `source` in `count` pieces of nearly equal length, cut between characters, not within a surrogate pair. */
export function pieces(source: string, count: number): readonly string[] {
  // Text of megabytes is not taken apart for pairs that it does not hold.
  const isPlain = !/[\ud800-\udfff]/.test(source);
  const characters = isPlain ? source : [...source];
  const size = Math.max(1, Math.ceil(characters.length / count));
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += size) {
    const piece = characters.slice(at, at + size);
    cut.push(typeof piece === "string" ? piece : piece.join(""));
  }
  return cut;
}

/** By turns: the first of each list, the second of each, and so on. */
export function byTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
