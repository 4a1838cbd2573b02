import type { ConfigProvider, SecretReference } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";
import { parseName, parseReference, parseStrings } from "./parse-values.ts";

const providerKeys = [
  "name",
  "driver",
  "base_url",
  "credentials",
  "options",
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
    credentials: parseCredentials(reader, read("credentials")),
    options: parseOptions(reader, read("options")),
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

function parseCredentials(reader: ConfigReader, value: Value): Record<string, SecretReference> {
  const credentials: Record<string, SecretReference> = {};
  for (const [field, child] of reader.entries(value) ?? []) {
    const reference = parseReference(reader, child);
    if (reference) define(credentials, field, reference);
  }
  return credentials;
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
