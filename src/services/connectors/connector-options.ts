import type { ConnectorOptions } from "../../connectors/connector.ts";
import type { FormField } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { mergeOptions } from "../providers/merge-options.ts";
import type { OptionInput } from "../providers/provider-input.ts";

interface Form {
  readonly label: string;
  readonly fields: readonly FormField[];
}

/** Sent options checked against a form of a connector; as set, without its defaults. */
export function checkOptions(
  { label, fields }: Form,
  sent: OptionInput,
): { readonly value: ConnectorOptions; readonly problems: readonly ErrorProblem[] } {
  const { value, problems } = mergeOptions({ label, optionForm: fields }, sent, {});
  const texts = Object.entries(value).map(([name, option]) => [name, String(option)] as const);
  return { value: Object.fromEntries(texts), problems: [...problems, ...headerProblems(value)] };
}

/** The options with the form's defaults. */
export function withDefaults(fields: readonly FormField[], options: ConnectorOptions): ConnectorOptions {
  const defaults = fields.flatMap((field) =>
    field.default === undefined ? [] : [[field.name, String(field.default)] as const],
  );
  return { ...Object.fromEntries(defaults), ...options };
}

/** Those of the options that this form has. */
export function pickOptions(fields: readonly FormField[], options: ConnectorOptions): ConnectorOptions {
  const names = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.has(name)));
}

/** A header that steers the connection instead of carrying a key would break the call, or worse. */
const reserved = new Set([
  "connection",
  "content-length",
  "content-type",
  "cookie",
  "host",
  "transfer-encoding",
]);

function headerProblems(options: Readonly<Record<string, unknown>>): readonly ErrorProblem[] {
  const { header, prefix } = options;
  const problems: ErrorProblem[] = [];
  if (
    typeof header === "string" &&
    (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(header) || reserved.has(header.toLowerCase()))
  )
    problems.push({ path: "/options/header", message: "is not a header that may carry a key" });
  if (typeof prefix === "string" && !/^[\x20-\x7e]*$/.test(prefix))
    problems.push({ path: "/options/prefix", message: "has characters no header can hold" });
  return problems;
}
