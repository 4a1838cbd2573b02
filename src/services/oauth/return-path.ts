import { z } from "zod";

/** A path of this server to go to when a sign-in is over; anything that could lead elsewhere is refused. */
export const returnPathSchema = z
  .string()
  .max(1000, "must be 1000 characters or fewer")
  .refine(isOwnPath, "must be a path of this server that begins with one slash");

function isOwnPath(path: string): boolean {
  // Browsers read a backslash as a slash, and drop tabs and line breaks.
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(path)) return false;
  const base = "http://penstock.invalid";
  return URL.parse(path, base)?.origin === base;
}

/** The path with one more query parameter. */
export function withQuery(path: string, added: Readonly<Record<string, string>>): string {
  const url = new URL(path, "http://penstock.invalid");
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  return url.pathname + url.search + url.hash;
}
