import type { DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { baseUrlProblem } from "./base-url.ts";

/**
 * The first reason why a provider of a driver with this credential form cannot be called: a required field that is
 * missing, a value no header can carry, or a base URL that is none. Undefined when nothing is wrong.
 */
export function findMisconfiguration(
  context: DriverContext,
  credentialForm: readonly FormField[],
): Misconfiguration | undefined {
  for (const { name, label, required } of credentialForm) {
    const value = context.credential[name]?.reveal() ?? "";
    if (value === "" && required) return wrongCredential(name, `(${label}) is missing`);
    if (!/^[\x21-\x7e]*$/.test(value))
      return wrongCredential(name, `(${label}) holds a space, a line break or a letter that no key has`);
  }
  const message = baseUrlProblem(context.baseUrl);
  return message === undefined ? undefined : { path: "/base_url", message };
}

/** `rule`: what it must be, or what it is. */
export function wrongOption(name: string, rule: string): Misconfiguration {
  return { path: `/options/${name}`, message: `the option \`${name}\` ${rule}` };
}

/** `rule`: what it must be, or what it is. */
export function wrongCredential(name: string, rule: string): Misconfiguration {
  return { path: `/credentials/${name}`, message: `the credential field \`${name}\` ${rule}` };
}

/** Fields that are right, each for itself, and do not go together. */
export function wrongCredentials(message: string): Misconfiguration {
  return { path: "/credentials", message };
}
