/** A value of JSON below the top of an item, e.g. `usage.input`. */
type Item = Readonly<Record<string, unknown>>;

/** One line of names: dots of what lies deeper become `_`. */
export function csvHead(columns: readonly string[]): string {
  return `${columns.map((column) => quoted(column.replaceAll(".", "_"))).join(",")}\r\n`;
}

/** One line of values, as RFC 4180 writes them; nothing stands for null. */
export function csvLine(item: Item, columns: readonly string[]): string {
  return `${columns.map((column) => cell(valueAt(item, column))).join(",")}\r\n`;
}

function valueAt(item: Item, column: string): unknown {
  return column.split(".").reduce<unknown>((value, name) => (isItem(value) ? value[name] : undefined), item);
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return quoted(JSON.stringify(value));
  return typeof value === "string" ? quoted(harmless(value)) : String(value);
}

/**
 * Text that a spreadsheet would take for a formula, as it would run one from a model's name, begins with an apostrophe.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
