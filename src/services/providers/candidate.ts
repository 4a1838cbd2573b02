import type { Driver, DriverContext, ProviderOptions } from "../../drivers/driver.ts";
import type { Secret } from "../../secrets/secret.ts";
import { effectiveOptions } from "./effective-options.ts";

/** A provider as it would be called: the stored one with the input laid over it. */
export interface Candidate {
  readonly driver: Driver;
  readonly baseUrl: string;
  readonly credential: Readonly<Record<string, Secret>>;
  /** As set, without the driver's defaults. */
  readonly options: ProviderOptions;
}

export function toDriverContext(candidate: Candidate): DriverContext {
  return {
    baseUrl: candidate.baseUrl,
    credential: candidate.credential,
    options: effectiveOptions(candidate.driver, candidate.options),
  };
}
