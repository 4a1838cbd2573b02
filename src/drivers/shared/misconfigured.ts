import type { DriverContext, FormField } from "../driver.ts";
import { baseUrlProblem } from "./base-url.ts";

/**
 * The first reason why a provider of a driver with this credential form cannot be called: a required field that is
 * missing, a value no header can carry, or a base URL that is none. Undefined when nothing is wrong.
 */
export function findMisconfiguration(
  context: DriverContext,
  credentialForm: readonly FormField[],
): string | undefined {
  for (const { name, label, required } of credentialForm) {
    const value = context.credential[name]?.reveal() ?? "";
    if (value === "" && required) return `the credential field \`${name}\` (${label}) is missing`;
    if (!/^[\x21-\x7e]*$/.test(value)) {
      return `the credential field \`${name}\` (${label}) holds a space, a line break or a letter that no key has`;
    }
  }
  return baseUrlProblem(context.baseUrl);
}
