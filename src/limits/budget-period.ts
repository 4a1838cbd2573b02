/** A calendar period, UTC, that a budget is for. */
export interface BudgetPeriod {
  readonly kind: "day" | "month";
  /** `2026-11-22` or `2026-11`. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** Exclusive. */
  readonly endsAt: number;
}

/** The period of this kind that `now`, milliseconds since the epoch, lies in. */
export function periodAt(kind: BudgetPeriod["kind"], now: number): BudgetPeriod {
  const known = last[kind];
  if (known !== undefined && known.startsAt <= now && now < known.endsAt) return known;
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const period: BudgetPeriod =
    kind === "day"
      ? {
          kind,
          name: date.toISOString().slice(0, 10),
          startsAt: Date.UTC(year, month, day),
          endsAt: Date.UTC(year, month, day + 1),
        }
      : {
          kind,
          name: date.toISOString().slice(0, 7),
          startsAt: Date.UTC(year, month),
          endsAt: Date.UTC(year, month + 1),
        };
  last[kind] = period;
  return period;
}

/** Every call with a budget asks, and nearly always for the same one. */
const last: { day: BudgetPeriod | undefined; month: BudgetPeriod | undefined } = {
  day: undefined,
  month: undefined,
};
