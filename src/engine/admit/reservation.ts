import type { Ask } from "../../limits/ask.ts";
import type { Claim } from "../../limits/limit-store.ts";
import type { AdmissionRequest } from "../admission.ts";

/** What is asked for one vendor call, in one step. */
export interface Reservation {
  readonly request: AdmissionRequest;
  readonly asks: readonly Ask[];
  readonly claim: Claim;
}
