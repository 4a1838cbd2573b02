import type { LoadGenerator } from "../load/load-generator.ts";
import { proxyLane } from "../plan/lane.ts";
import { type Cell, caseId, cellsOf, type Plan } from "../plan/plan.ts";
import type { RunningTarget } from "../targets/target.ts";
import { measureCell } from "./measure-cell.ts";
import { isWrong, type WrongLane } from "./preflight.ts";
import type { Sample } from "./sample.ts";

/**
 * Measures every cell once a round, or in the first one only, targets next to each other (A B C, then B C A, …), so that whatever
 * drifts on the machine meets all of them. Begins no round that the plan's budget would not let end.
 */
export async function runRounds(options: {
  readonly plan: Plan;
  readonly targets: readonly RunningTarget[];
  /** Not measured. */
  readonly wrongLanes: readonly WrongLane[];
  readonly generator: LoadGenerator;
  readonly only: string | undefined;
  readonly progress: (text: string) => void;
}): Promise<Sample[]> {
  const { plan, targets, wrongLanes, generator, only, progress } = options;
  const samples: Sample[] = [];
  const warm = new Set<string>();
  let comparing = 0;
  const started = performance.now();
  for (let round = 0; round < plan.rounds; round += 1) {
    const elapsed = (performance.now() - started) / 1000;
    const firstWarmups = (warm.size * (plan.firstWarmupMs - plan.warmupMs)) / 1000;
    const once = firstWarmups + comparing / 1000;
    if (round > 0 && secondsAfterNext({ round, elapsed, once }) > plan.budgetSeconds) {
      progress(`stopped after ${round} rounds: the next one would not end within ${plan.budgetSeconds} s`);
      break;
    }
    for (const { cell, target } of orderOf({ plan, targets, wrongLanes, round, only })) {
      progress(`round ${round + 1}/${plan.rounds}  ${caseId(cell)}  ${target.name}`);
      const { lane, shape } = cell;
      const path = `${target.name} ${lane.id} ${shape.stream ? "stream" : "json"}`;
      const warmupMs = warm.has(path) ? plan.warmupMs : plan.firstWarmupMs;
      const { windowMs } = plan;
      const began = performance.now();
      samples.push(
        await measureCell({ generator, target, lane, shape, round, load: { warmupMs, windowMs } }),
      );
      if (plan.comparedShapes.includes(shape))
        comparing += performance.now() - began - (warmupMs - plan.warmupMs);
      warm.add(path);
    }
  }
  return samples;
}

/** Seconds that will have passed after one more round; `once`: those of them that only the first one takes. */
export function secondsAfterNext(past: {
  readonly round: number;
  readonly elapsed: number;
  readonly once: number;
}): number {
  return past.elapsed + (past.elapsed - past.once) / past.round;
}

interface Step {
  readonly cell: Cell;
  readonly target: RunningTarget;
}

function orderOf(options: {
  readonly plan: Plan;
  readonly targets: readonly RunningTarget[];
  readonly wrongLanes: readonly WrongLane[];
  readonly round: number;
  readonly only: string | undefined;
}): Step[] {
  const { plan, targets, wrongLanes, round, only } = options;
  const shapes = round === 0 ? [...plan.shapes, ...plan.comparedShapes] : plan.shapes;
  return shapes.flatMap((shape) => {
    const steps = targets.flatMap((target) =>
      target.name === "direct"
        ? []
        : cellsOf(shape, [target.name])
            .filter((cell) => isWanted(cell, only) && !isWrong(wrongLanes, cell))
            .map((cell) => ({ cell, target })),
    );
    const shift = steps.length === 0 ? 0 : (round * Math.ceil(steps.length / plan.rounds)) % steps.length;
    return [...steps.slice(shift), ...steps.slice(0, shift)];
  });
}

/** A part of the cases still has its ratios: nginx is measured on what it is compared with. */
function isWanted(cell: Cell, only: string | undefined): boolean {
  if (only === undefined || caseId(cell).includes(only)) return true;
  return (
    cell.target === "nginx" &&
    cellsOf(cell.shape, ["penstock"]).some(
      (other) => proxyLane(other.lane).id === cell.lane.id && caseId(other).includes(only),
    )
  );
}
