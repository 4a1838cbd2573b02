import type { BudgetObserver } from "../limits/budget-observer.ts";
import type { LimitStore } from "../limits/limit-store.ts";
import { RedisLimitStore, type SharedLimitsStatus } from "../limits/redis/redis-limit-store.ts";
import type { ServiceLogEntry } from "../services/service-context.ts";
import type { RedisSettings } from "./redis-settings.ts";

/** Limits that all replicas count together. */
export interface SharedLimits {
  readonly store: LimitStore;
  readonly status: () => SharedLimitsStatus;
  close(): Promise<void>;
}

/** Resolves when Redis was looked for; whether it is there or not, limits hold. */
export async function openSharedLimits(
  { url, timeoutMs, fallback }: RedisSettings,
  parts: {
    /** This process takes no calls itself. */
    readonly watches: boolean;
    readonly observer: BudgetObserver;
    readonly log: (entry: ServiceLogEntry) => void;
    /** Seeds the budgets again from what the ledger knows. */
    readonly onMemoryLost: () => void;
  },
): Promise<SharedLimits> {
  const { watches, observer, onMemoryLost } = parts;
  const store = new RedisLimitStore({
    ...{ url: url.reveal(), timeoutMs, fallback, watches, observer, onMemoryLost },
    log: (event, fields) => parts.log({ level: event === "limits_shared" ? "info" : "warn", event, fields }),
  });
  await store.start();
  return { store, status: () => store.status(), close: () => store.close() };
}

/** For `/readyz`. */
export function tellLimits({ shared, fallback, replicas }: SharedLimitsStatus): string {
  if (shared) return "ok";
  const instead = {
    share: `counting this replica's share, 1 of ${replicas}`,
    open: "letting everything through",
    closed: "refusing what is limited",
  };
  return `redis unreachable: ${instead[fallback]}`;
}
