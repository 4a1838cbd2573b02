import type { ConfigReader, Value } from "./config-reader.ts";

/** Fields of `timeouts`, in seconds, with the longest that each may be. */
const fields = {
  first_byte_seconds: { field: "firstByteMs", max: 3600 },
  idle_seconds: { field: "idleMs", max: 3600 },
  connect_seconds: { field: "connectMs", max: 120 },
} as const;

type Name = keyof typeof fields;

/** The `timeouts` of a provider or target, in milliseconds, of which only `names` may be set. */
export function parseTimeouts<N extends Name>(
  reader: ConfigReader,
  value: Value,
  names: readonly N[],
): Partial<Record<(typeof fields)[N]["field"], number>> {
  const read = reader.object(value, names);
  const timeouts: Partial<Record<(typeof fields)[N]["field"], number>> = {};
  for (const name of names) {
    const { field, max }: { readonly field: (typeof fields)[N]["field"]; readonly max: number } =
      fields[name];
    const seconds = read && reader.integer(read(name), { min: 1, max });
    if (seconds !== undefined) timeouts[field] = seconds * 1000;
  }
  return timeouts;
}
