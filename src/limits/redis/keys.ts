import type { Claim, CounterKind, Demand } from "../limit-store.ts";

/** Milliseconds that a claim can be settled after its lease: as long as the store in memory knows it. */
export const claimGraceMs = 3_600_000;
/** Milliseconds that Redis remembers of a claim that it was settled: in this time, saying it again changes nothing. */
export const settledMs = 120_000;
const budgetGraceMs = 3_600_000;
const yearMs = 366 * 86_400_000;

/**
 * The name of a count in Redis. What stands in braces is all that a cluster looks at to find the node: the counts of one
 * organization lie together, so that one script may take them all.
 */
export function counterKey(counter: string): string {
  const slash = counter.indexOf("/");
  return slash < 0 ? `penstock:{}${counter}` : `penstock:{${counter.slice(0, slash)}}${counter.slice(slash)}`;
}

/** Beside the counts of the demands, since one script writes both. */
export function claimKey(demands: readonly Demand[], claimId: string): string {
  const [first] = demands;
  const org = first === undefined ? "" : orgOf(first.counter);
  return `penstock:{${org}}#${claimId}`;
}

/** What a cluster places a count by. */
export function orgOf(counter: string): string {
  return counter.slice(0, Math.max(0, counter.indexOf("/")));
}

/** Which replicas live, and the name of Redis's memory. */
export const replicaKeys = ["penstock:{replicas}", "penstock:{replicas}memory"] as const;

const letters: Readonly<Record<CounterKind, string>> = { minute: "m", concurrency: "c", budget: "b" };

/** The letter by which scripts know a kind. */
export function letterOf({ kind }: Demand): string {
  return letters[kind];
}

/** Milliseconds that Redis keeps a budget. */
export function keepMs(endsAt: number | undefined, now: number): string {
  return String(Math.max(0, (endsAt ?? now + yearMs) - now) + budgetGraceMs);
}

/** Milliseconds that Redis keeps an open claim. */
export function claimMs({ leaseMs }: Claim): string {
  return String(leaseMs + claimGraceMs);
}
