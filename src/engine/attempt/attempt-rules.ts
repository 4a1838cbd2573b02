/** How hard the engine tries, where a route does not say it. */
export interface AttemptRules {
  /** How often one target is tried again after a failure that may pass. */
  readonly retries: number;
  /** Milliseconds that the first of these waits at most; each further one twice as long. */
  readonly backoffMs: number;
  /** Whether targets that fail are left alone for a while. */
  readonly circuits: boolean;
}

/** What holds unless the operator says otherwise. */
export const defaultAttemptRules: AttemptRules = { retries: 2, backoffMs: 500, circuits: true };
