import type { BenchOptions } from "../options.ts";
import { allLanes, chatPassthrough } from "../plan/lane.ts";
import type { Plan } from "../plan/plan.ts";
import { slowStreamShape } from "../plan/shape.ts";
import type { BenchReport } from "../report/bench-report.ts";
import { cellFigures, chunkFigures } from "../report/figures.ts";
import { machineFacts } from "../report/machine.ts";
import { judge } from "../report/verdicts.ts";
import type { Session } from "../session.ts";
import { allTargets } from "../targets/all-targets.ts";
import { type RunningTarget, upstreamKey } from "../targets/target.ts";
import { measureAddedLatency } from "./added-latency.ts";
import { measureOpenStreams, type OpenStreamFigures } from "./open-streams.ts";
import { isWrong, preflight, type WrongLane } from "./preflight.ts";
import { profileMissed } from "./profile-missed.ts";
import { runRounds } from "./rounds.ts";
import { measureSlowReaders, type SlowReaderFigures } from "./slow-readers.ts";
import { type StartFigures, startMeasured } from "./starts.ts";

/** A whole run: starts, proof of correctness, rounds, added latency, memory, verdicts, profiles of what was missed. */
export async function measureAll(options: {
  readonly session: Session;
  readonly plan: Plan;
  readonly options: BenchOptions;
  readonly progress: (text: string) => void;
}): Promise<BenchReport> {
  const { session, plan, progress } = options;
  const { generator, host, mock } = session;
  const machine = machineFacts(session.cores);
  const startedAt = new Date();
  const targets: RunningTarget[] = [];
  const starts: StartFigures[] = [];
  for (const name of options.options.targets) {
    progress(`start  ${name}`);
    const { running, figures } = await startMeasured({ target: allTargets[name], host, count: plan.starts });
    targets.push(running);
    starts.push(figures);
  }
  const wrongLanes: WrongLane[] = [];
  for (const target of targets) {
    progress(`preflight  ${target.name}`);
    wrongLanes.push(...(await preflight({ generator, target, upstreamPort: host.upstreamPort })));
  }

  const { only } = options.options;
  const samples = await runRounds({ plan, targets, wrongLanes, generator, only, progress });
  const direct: RunningTarget = {
    name: "direct",
    lanes: [chatPassthrough],
    pid: mock.child.process.pid,
    port: mock.port,
    key: upstreamKey,
    settleMs: 50,
    startMs: 0,
    stop: async () => {},
  };
  const openLoop =
    only === undefined
      ? await measureAddedLatency({ plan, generator, wrongLanes, targets: [direct, ...targets], progress })
      : [];
  const openStreams: OpenStreamFigures[] = [];
  const slowReaders: SlowReaderFigures[] = [];
  if (plan.openStreams > 0 && only === undefined) {
    const streaming = targets.filter(
      ({ name }) => !isWrong(wrongLanes, { target: name, lane: chatPassthrough, shape: slowStreamShape }),
    );
    for (const target of streaming) {
      progress(`${plan.openStreams} open streams  ${target.name}`);
      openStreams.push(await measureOpenStreams({ generator, target, streams: plan.openStreams }));
    }
    const judged = targets.filter(({ name }) => name === "penstock");
    for (const target of judged) {
      progress(`${plan.openStreams} slow readers  ${target.name}`);
      slowReaders.push(await measureSlowReaders({ generator, target, direct, streams: plan.openStreams }));
    }
  }
  await Promise.all(targets.map((target) => target.stop()));

  const cells = cellFigures(samples, allLanes);
  const chunks = chunkFigures(samples, allLanes);
  const verdicts = judge({ cells, chunks, openLoop, starts, openStreams, slowReaders });
  const profiles = plan.name === "full" ? await profileMissed({ session, verdicts, progress }) : [];
  return {
    plan: plan.name,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    rounds: new Set(samples.map((sample) => sample.round)).size,
    machine,
    wrongLanes,
    versions: Object.fromEntries(options.options.targets.map((name) => [name, allTargets[name].version()])),
    verdicts,
    cells,
    chunks,
    openLoop,
    starts,
    openStreams,
    slowReaders,
    profiles,
    samples,
  };
}
