/** What the rest of the server says of itself when metrics are asked for. */
export interface ServerFacts {
  /** What limits and budgets did since the process began. */
  readonly admissions: () => AdmissionFigures;
  readonly version: string;
  /** Gateway calls whose last byte is not out yet. */
  readonly inFlight: () => number;
  /** Those of them that are streams. */
  readonly openStreams: () => number;
  /** Calls that outlive their clients. */
  readonly generations: () => {
    /** Going on although their clients have left. */
    readonly orphans: number;
    /** Of answers kept for a retry. */
    readonly keptBytes: number;
    /** Requests that got the answer of an earlier one. */
    readonly replays: number;
  };
  readonly ledger: () => {
    readonly queued: number;
    readonly written: number;
    readonly lost: number;
    readonly failures: number;
    readonly spool: "ok" | "full" | "off";
    readonly spoolBytes: number;
    readonly unspooled: number;
  };
  readonly snapshot: () => {
    readonly version: number | undefined;
    /** Milliseconds since the epoch. */
    readonly builtAt: number | undefined;
    /** Failed builds since the last good one. */
    readonly failures: number;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether the database answers; resolves within seconds, whatever is the matter. */
  readonly storageUp: () => Promise<boolean>;
  /** Background jobs under way, by kind. */
  readonly jobs: () => Readonly<Record<string, number>>;
  /** How limits are shared by Redis; undefined: they are counted in this process. */
  readonly sharedLimits?: () => {
    readonly shared: boolean;
    readonly replicas: number;
    readonly timeouts: number;
    readonly errors: number;
    readonly decidedAlone: number;
    readonly unsettled: number;
  };
  /** Lines of the request log that nobody took in time. */
  readonly logLinesDropped: () => number;
}

export interface AdmissionFigures {
  readonly refusals: readonly { readonly limit: string; readonly subject: string; readonly count: number }[];
  /** USD of calls that are over: what was held for them, and what they cost. */
  readonly reservedUsd: number;
  readonly usedUsd: number;
}
