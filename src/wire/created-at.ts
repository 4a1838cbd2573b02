/** When an answer was made, in whole Unix seconds: some vendors tell parts of them. Nothing for what is no time. */
export function createdAt(value: unknown): { readonly created?: number } {
  if (typeof value !== "number") return {};
  const created = Math.trunc(value);
  return created > 0 && Number.isSafeInteger(created) ? { created } : {};
}
