/** JSON with the keys of objects in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}

/** What to say when two values differ; undefined when they do not. */
export function difference(seen: unknown, wanted: unknown): string | undefined {
  if (seen === wanted) return undefined;
  const text = canonical(seen);
  return text === canonical(wanted) ? undefined : `was ${short(text)}`;
}

/** A text that fits on a line. */
export function short(text: string, length = 160): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text;
}
