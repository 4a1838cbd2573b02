import type { Driver } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { CredentialInput } from "./provider-input.ts";
import { secretProblem } from "./secret-problem.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

export interface MergedCredential {
  readonly value: Readonly<Record<string, Secret>>;
  readonly problems: readonly ErrorProblem[];
  /** Required fields that were set to null: allowed, it is how a leaked secret is taken out of use. */
  readonly cleared: readonly string[];
}

/** Sent fields over stored ones, checked against the driver's credential form. */
export function mergeCredential(
  driver: Pick<Driver, "label" | "credentialForm">,
  sent: CredentialInput,
  stored: Pick<StoredCandidate, "credential" | "fingerprints">,
): MergedCredential {
  const form = new Map(driver.credentialForm.map((field) => [field.name, field]));
  const value: Record<string, Secret> = { ...stored.credential };
  const problems: ErrorProblem[] = [];
  const cleared: string[] = [];
  for (const [name, input] of Object.entries(sent)) {
    const field = form.get(name);
    const path = `/credentials/${name}`;
    if (field === undefined) {
      problems.push({ path, message: `is not a credential of ${driver.label}; ${expected(driver)}` });
    } else if (input === null) {
      delete value[name];
      if (field.required) cleared.push(name);
    } else {
      const secret = typeof input === "string" ? new Secret(input) : input;
      const message = secretProblem(secret, { longest: 16_384, known: stored.fingerprints });
      if (message === undefined) value[name] = secret;
      else problems.push({ path, message });
    }
  }
  for (const field of driver.credentialForm) {
    const missing = value[field.name] === undefined && !(field.name in sent);
    if (field.required && missing)
      problems.push({ path: `/credentials/${field.name}`, message: "is required" });
  }
  return { value, problems, cleared };
}

function expected(driver: Pick<Driver, "credentialForm">): string {
  const names = driver.credentialForm.map((field) => field.name);
  return names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`;
}
