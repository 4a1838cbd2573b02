import type { Candidate } from "./candidate.ts";

/** What the input is laid over; undefined parts are those of a provider that does not exist yet. */
export interface StoredCandidate {
  readonly baseUrl: string | undefined;
  readonly credential: Candidate["credential"];
  readonly headers: Candidate["headers"];
  readonly options: Candidate["options"];
  /** Fingerprints in use, so that one sent back as a value is recognised. */
  readonly fingerprints: readonly string[];
}

export const nothingStored: StoredCandidate = {
  baseUrl: undefined,
  credential: {},
  headers: {},
  options: {},
  fingerprints: [],
};
