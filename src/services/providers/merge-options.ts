import type { Driver, FormField, ProviderOptions } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import type { OptionInput } from "./provider-input.ts";

/** Sent options over stored ones, checked against the driver's option form. */
export function mergeOptions(
  driver: Pick<Driver, "label" | "optionForm">,
  sent: OptionInput,
  stored: ProviderOptions,
): { readonly value: ProviderOptions; readonly problems: readonly ErrorProblem[] } {
  const form = new Map(driver.optionForm.map((field) => [field.name, field]));
  const value: Record<string, string | boolean | number> = { ...stored };
  const problems: ErrorProblem[] = [];
  for (const [name, input] of Object.entries(sent)) {
    const path = `/options/${name}`;
    const field = form.get(name);
    if (field === undefined) {
      const names = [...form.keys()].join(", ") || "none";
      problems.push({ path, message: `is not an option of ${driver.label}; it takes ${names}` });
    } else if (input === null) {
      delete value[name];
    } else {
      const message = problemOf(field, input);
      if (message === undefined) value[name] = input;
      else problems.push({ path, message });
    }
  }
  for (const field of driver.optionForm) {
    const isMissing = value[field.name] === undefined && (sent[field.name] ?? null) === null;
    if (field.required && isMissing && field.default === undefined) {
      problems.push({ path: `/options/${field.name}`, message: "is required" });
    }
  }
  return { value, problems };
}

function problemOf(field: FormField, input: string | boolean | number): string | undefined {
  switch (field.type) {
    case "boolean":
      return typeof input === "boolean" ? undefined : "must be true or false";
    case "select":
      return field.values?.includes(String(input)) ? undefined : `must be one of ${field.values?.join(", ")}`;
    case "url":
      return /^https?:\/\//.test(String(input)) && URL.canParse(String(input))
        ? undefined
        : "must be a URL that starts with https:// or http://";
    default:
      return typeof input === "boolean" ? "must be a text" : textProblem(String(input));
  }
}

function textProblem(text: string): string | undefined {
  if (text.length > 2000) return "is longer than 2000 characters";
  return /\p{Cc}/u.test(text) ? "holds a line break or another control character" : undefined;
}
