import type { ErrorProblem } from "../../errors/penstock-error.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";

type Checked = Pick<RouteRecord, "strategy"> & {
  readonly targets: readonly { readonly weight: number }[];
  readonly stickyBy: string | null | undefined;
  readonly hedgeAfterMs: number | null | undefined;
};

/** What does not go with the strategy, all of it. */
export function strategyProblems(route: Checked): readonly ErrorProblem[] {
  const { strategy, targets, stickyBy, hedgeAfterMs } = route;
  const problems: ErrorProblem[] = [];
  const problem = (path: string, message: string) => problems.push({ path, message });
  if (strategy === "single" && targets.length !== 1)
    problem("/targets", "must be exactly one for the strategy `single`");
  if (strategy === "hedged" && targets.length < 2)
    problem("/targets", "must be two or more for the strategy `hedged`");
  if ((strategy === "weighted" || strategy === "sticky") && targets.every(({ weight }) => weight === 0))
    problem("/targets", `must have a weight above 0 somewhere for the strategy \`${strategy}\``);
  if (stickyBy != null && strategy !== "sticky")
    problem("/sticky_by", "belongs to the strategy `sticky` only");
  if (hedgeAfterMs != null && strategy !== "hedged")
    problem("/hedge_after_ms", "belongs to the strategy `hedged` only");
  return problems;
}
