/** A target's name as two of them are compared: a provider's name counts without case, a model's id with. */
export function foldTarget(name: string): string {
  const slash = name.indexOf("/");
  return name.slice(0, Math.max(0, slash)).toLowerCase() + name.slice(Math.max(0, slash));
}
