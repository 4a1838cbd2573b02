/** A page of what was read whole. */
export function pageOf<T extends { readonly cursor: string }>(
  places: readonly T[],
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): readonly T[] {
  const sorted = places.toSorted((a, b) => (a.cursor < b.cursor ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ cursor }) => cursor > after);
  return rest.slice(0, limit);
}
