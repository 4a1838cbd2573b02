/** How files of each type begin, in base64. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^iVBORw0KGgo/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^R0lGOD/, "image/gif"],
  [/^UklGR.{6}XRUJQ/, "image/webp"],
  [/^Qk/, "image/bmp"],
];

/** The type of a picture by its first bytes, which is all this protocol says of it. */
export function mediaTypeOf(base64: string): string {
  const head = base64.slice(0, 24);
  return beginnings.find(([pattern]) => pattern.test(head))?.[1] ?? "application/octet-stream";
}
