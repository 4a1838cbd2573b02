import type { SecretReference } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";

/** Names stand in `provider/model` and in paths, hence the narrow alphabet. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const nameRule = "must be 1 to 64 letters, digits, `.`, `_` or `-`, starting with a letter or digit";

/** Reads the required `name` of an entry of a list. */
export function parseName(reader: ConfigReader, holder: Value, value: Value): string | undefined {
  if (value.node === undefined) return reader.problem(holder, "`name` is missing");
  const name = reader.string(value);
  if (name === undefined) return undefined;
  return namePattern.test(name) ? name : reader.problem(value, `\`name\` ${nameRule}`);
}

/** Names that differ only by case are one name; each repetition is a problem. */
export function refuseDuplicateNames(
  reader: ConfigReader,
  items: readonly { readonly name: string; readonly value: Value }[],
  what: string,
): void {
  const first = new Map<string, Value>();
  for (const { name, value } of items) {
    const folded = name.toLowerCase();
    const other = first.get(folded);
    if (!other) first.set(folded, value);
    else {
      const { line, column } = other.position;
      reader.problem(value, `another ${what} has the same name (case does not count), at ${line}:${column}`);
    }
  }
}

/** A list of distinct texts; undefined when the key is absent. */
export function parseStrings(reader: ConfigReader, value: Value): string[] | undefined {
  if (value.node === undefined) return undefined;
  const seen = new Set<string>();
  for (const item of reader.list(value)) {
    if (item.node === undefined) {
      reader.problem(item, "must not be empty");
      continue;
    }
    const text = reader.string(item);
    if (text === undefined) continue;
    if (seen.has(text)) reader.problem(item, "stands twice in this list; keep one");
    seen.add(text);
  }
  return [...seen];
}

const plainSecret =
  "a secret must not stand in the file; write { env: NAME } or { file: path } and put the value there";

/** `{ env: NAME }` or `{ file: path }`; a plain secret is refused without being repeated. */
export function parseReference(reader: ConfigReader, value: Value): SecretReference | undefined {
  if (value.node === undefined) return reader.problem(value, "must be { env: NAME } or { file: path }");
  const entries = isPlain(reader, value) ? undefined : reader.entries(value);
  if (!entries) return undefined;
  const [entry, ...rest] = entries;
  if (entry?.[0] === "value") return reader.problem(entry[1], plainSecret);
  if (!entry || rest.length > 0 || (entry[0] !== "env" && entry[0] !== "file")) {
    return reader.problem(value, "must be { env: NAME } or { file: path }, nothing else");
  }
  const kind = entry[0];
  const name = reader.string(entry[1]);
  if (name === undefined) {
    return entry[1].node === undefined ? reader.problem(entry[1], `\`${kind}\` is empty`) : undefined;
  }
  if (kind === "env" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return reader.problem(entry[1], "`env` must be the name of an environment variable, not its value");
  }
  return { kind, name, pointer: value.pointer };
}

function isPlain(reader: ConfigReader, value: Value): boolean {
  const node = value.node;
  if (typeof node !== "object" || node === null || !("value" in node)) return false;
  reader.problem(value, plainSecret);
  return true;
}
