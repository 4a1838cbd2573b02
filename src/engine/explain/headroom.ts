import type { AdmissionRequest } from "../admission.ts";
import type { HeadroomLevel } from "./explanation.ts";

/** Looks how much the limits would leave for a call, without taking anything. */
export interface Headroom {
  /** Every limit that holds for the call, the caller's own first; empty: none does. */
  headroom(request: AdmissionRequest): readonly HeadroomLevel[] | Promise<readonly HeadroomLevel[]>;
}
