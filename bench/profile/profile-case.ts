import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BenchError } from "../bench-error.ts";
import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import type { Lane } from "../plan/lane.ts";
import type { Shape } from "../plan/shape.ts";
import type { BenchHost, Target } from "../targets/target.ts";
import { cpuProfile, type SelfTime, topSelfTimes } from "./cpu-profile.ts";

const root = join(import.meta.dir, "../..");
const intervalMicros = 500;

/** Where a target's time went under one case. */
export interface ProfileFigures {
  readonly target: string;
  readonly case: string;
  readonly requests: number;
  /** CPU the process used per request while it was profiled; profiling itself makes it larger. */
  readonly cpuMicrosPerRequest: number;
  /** Share of that CPU which was spent in JavaScript; the rest is the runtime's and the kernel's. */
  readonly javascriptShare: number;
  readonly top: readonly SelfTime[];
}

/** Starts the target anew under Bun's CPU profiler, loads it with one case for `seconds`, and reads the profile. */
export async function profileCase(options: {
  readonly target: Target;
  readonly host: BenchHost;
  readonly generator: LoadGenerator;
  readonly lane: Lane;
  readonly shape: Shape;
  readonly seconds: number;
  readonly count: number;
}): Promise<ProfileFigures> {
  const { target, host, generator, lane, shape, seconds, count } = options;
  mkdirSync(host.directory, { recursive: true });
  const directory = mkdtempSync(join(host.directory, "profile-"));
  const running = await target.start(host, {
    runtimeArguments: ["--cpu-prof", `--cpu-prof-dir=${directory}`, `--cpu-prof-interval=${intervalMicros}`],
  });
  const { settleMs } = running;
  const spec = { kind: "closed", ...addressedTo(running, lane), shape, settleMs } as const;
  // A load of its own to warm up, so that the samples counted below are of warm code only.
  await generator.run({ ...spec, warmupMs: 200, windowMs: 500 });
  const from = Date.now() * 1000;
  const result = await generator.run({ ...spec, warmupMs: 200, windowMs: seconds * 1000 });
  const to = Date.now() * 1000;
  await running.stop();
  const profile = readProfile(directory, target.label);
  const { samples, top } = topSelfTimes({ profile, from, to, root, count });
  const cpuMicros = result.cpuNanoseconds / 1000;
  return {
    target: target.name,
    case: `${lane.id}/${shape.id}`,
    requests: result.requests,
    cpuMicrosPerRequest: cpuMicros / result.requests,
    // Samples of the warm-up are in the window too, so they are scaled to the counted part.
    javascriptShare: Math.min(1, (samples * intervalMicros) / (cpuMicros * (1 + 0.2 / seconds))),
    top,
  };
}

function readProfile(directory: string, label: string): ReturnType<typeof cpuProfile.parse> {
  const name = readdirSync(directory).find((file) => file.endsWith(".cpuprofile"));
  if (name === undefined) {
    throw new BenchError(
      `${label} wrote no CPU profile when it ended.`,
      "It must end by itself on SIGTERM within 10 s; a killed process writes none.",
    );
  }
  return cpuProfile.parse(JSON.parse(readFileSync(join(directory, name), "utf8")));
}
