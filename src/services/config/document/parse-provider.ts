import type { ConfigProvider, SecretReference } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import { parseName, parseReference, parseStrings, refuseDuplicateNames } from "./parse-values.ts";

const providerKeys = [
  "name",
  "driver",
  "base_url",
  "credentials",
  "options",
  "headers",
  "timeouts",
  "models",
  "discover",
  "validate",
  "enabled",
  "priority",
  "quota_group",
] as const;

/** One entry of `providers`; undefined when it cannot be read (its problems are on the reader). */
export function parseProvider(reader: ConfigReader, value: Value): ConfigProvider | undefined {
  if (value.node === undefined) return reader.problem(value, "a provider needs `name` and `driver`");
  const read = reader.object(value, providerKeys);
  if (!read) return undefined;
  const name = parseName(reader, value, read("name"));
  const driver =
    read("driver").node === undefined
      ? reader.problem(value, "`driver` is missing")
      : reader.string(read("driver"));
  const rest = {
    baseUrl: reader.string(read("base_url")),
    credentials: parseReferences(reader, read("credentials")),
    options: parseOptions(reader, read("options")),
    headers: parseHeaders(reader, read("headers")),
    timeouts: parseTimeouts(reader, read("timeouts"), [
      "first_byte_seconds",
      "idle_seconds",
      "connect_seconds",
    ]),
    models: parseStrings(reader, read("models")) ?? [],
    discover: reader.boolean(read("discover")) ?? false,
    validate: reader.boolean(read("validate")) ?? true,
    enabled: reader.boolean(read("enabled")) ?? true,
    priority: reader.integer(read("priority"), { min: 0, max: 1_000_000 }),
    quotaGroup: reader.string(read("quota_group")),
  };
  if (name === undefined || driver === undefined) return undefined;
  return { pointer: value.pointer, name, driver, ...rest };
}

function parseReferences(reader: ConfigReader, value: Value): Record<string, SecretReference> {
  const references: Record<string, SecretReference> = {};
  for (const [field, child] of reader.entries(value) ?? []) {
    const reference = parseReference(reader, child);
    if (reference) define(references, field, reference);
  }
  return references;
}

/** Any header may hold a secret, so each value is a reference. */
function parseHeaders(reader: ConfigReader, value: Value): Record<string, SecretReference> {
  const headers = (reader.entries(value) ?? []).map(([name, child]) => ({ name, value: child }));
  refuseDuplicateNames(reader, headers, "header");
  return parseReferences(reader, value);
}

function parseOptions(reader: ConfigReader, value: Value): Record<string, string | number | boolean> {
  const options: Record<string, string | number | boolean> = {};
  for (const [field, child] of reader.entries(value) ?? []) {
    const scalar = reader.scalar(child);
    if (scalar !== undefined) define(options, field, scalar);
  }
  return options;
}

/** Assignment that is safe for the key `__proto__`. */
function define<V>(target: Record<string, V>, key: string, value: V): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
