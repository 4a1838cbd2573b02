/** Who manages a row: the API (and what the server does by itself), or a configuration file by its name. */
export type Origin = "api" | `file:${string}`;

/** Parses the column; anything unknown counts as the API's. */
export function toOrigin(value: string): Origin {
  return value.startsWith("file:") ? `file:${value.slice(5)}` : "api";
}
