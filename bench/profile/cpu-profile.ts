import { z } from "zod";

const callFrame = z.object({
  functionName: z.string(),
  url: z.string(),
  lineNumber: z.number(),
});

/** The Chrome DevTools CPU profile format, as far as it is read here. */
export const cpuProfile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame })),
  /** Microseconds since the epoch. */
  startTime: z.number(),
  samples: z.array(z.number()),
  /** Microseconds from the sample before. */
  timeDeltas: z.array(z.number()),
});

/** See `cpuProfile`. */
export type CpuProfile = z.infer<typeof cpuProfile>;

/** A function and the share of the samples that found it on top of the stack. */
export interface SelfTime {
  readonly name: string;
  /** File and line, shortened to the repository; empty for what the runtime does natively. */
  readonly place: string;
  readonly samples: number;
  /** 0 to 1. */
  readonly share: number;
}

/** Functions by self time within `[from, to]` (microseconds since the epoch), the largest first. */
export function topSelfTimes(options: {
  readonly profile: CpuProfile;
  readonly from: number;
  readonly to: number;
  readonly root: string;
  readonly count: number;
}): { readonly samples: number; readonly top: SelfTime[] } {
  const { profile, from, to, root, count } = options;
  const hits = new Map<string, number>();
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  let at = profile.startTime;
  let samples = 0;
  profile.samples.forEach((id, index) => {
    at += profile.timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    if (frame === undefined || at < from || at > to || isIdle(frame.functionName)) return;
    samples += 1;
    const key = `${frame.functionName || "(anonymous)"}\n${place(frame, root)}`;
    hits.set(key, (hits.get(key) ?? 0) + 1);
  });
  const top = [...hits]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([key, hit]): SelfTime => {
      const [name = "", where = ""] = key.split("\n");
      return { name, place: where, samples: hit, share: hit / samples };
    });
  return { samples, top };
}

function isIdle(name: string): boolean {
  return name === "(idle)" || name === "(root)";
}

function place(frame: z.infer<typeof callFrame>, root: string): string {
  if (frame.url === "") return "";
  const path = frame.url.replace("file://", "");
  return `${path.startsWith(root) ? path.slice(root.length + 1) : path}:${frame.lineNumber + 1}`;
}
