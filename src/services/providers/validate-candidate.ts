import type { Driver } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import type { Candidate } from "./candidate.ts";
import { mergeCredential } from "./merge-credential.ts";
import { mergeHeaders } from "./merge-headers.ts";
import { mergeOptions } from "./merge-options.ts";
import type { CandidateInput } from "./provider-input.ts";
import { resolveBaseUrl } from "./resolve-base-url.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

/**
 * Lays the input over what is stored and checks the shape of the result against the driver's forms.
 * `problems` lists everything that is wrong; `cleared` the required fields the input set to null.
 */
export function validateCandidate(
  driver: Driver,
  input: Omit<CandidateInput, "driver">,
  stored: StoredCandidate,
): {
  readonly candidate: Candidate;
  readonly problems: readonly ErrorProblem[];
  readonly cleared: readonly string[];
} {
  const baseUrl = resolveBaseUrl(driver, input.baseUrl, stored.baseUrl);
  const credential = mergeCredential(driver, input.credentials ?? {}, stored);
  const headers = mergeHeaders(driver, input.headers ?? {}, stored);
  const options = mergeOptions(driver, input.options ?? {}, stored.options);
  return {
    candidate: {
      driver,
      baseUrl: baseUrl.value,
      credential: credential.value,
      headers: headers.value,
      options: options.value,
    },
    problems: [...baseUrl.problems, ...credential.problems, ...headers.problems, ...options.problems],
    cleared: credential.cleared,
  };
}
