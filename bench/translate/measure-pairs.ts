import { type Spread, spread } from "../report/statistics.ts";
import type { TranslationPair } from "./pairs.ts";

/** What a translation costs, in milliseconds, beside parsing and writing the same text as plain JSON. */
export interface PairFigures {
  readonly id: string;
  readonly json: Spread;
  readonly translation: Spread;
  /** Taken within a round: whatever slows the machine slows both. */
  readonly ratio: Spread;
}

/**
 * Times every pair in turn, `rounds` times after `warmups` untimed rounds. JSON and translation go first in turn, and the
 * garbage of one is collected before the other begins.
 */
export function measurePairs(
  pairs: readonly TranslationPair[],
  { rounds, warmups }: { readonly rounds: number; readonly warmups: number },
): PairFigures[] {
  const timings = pairs.map((pair) => ({ pair, json: [] as number[], translation: [] as number[] }));
  for (let round = -warmups; round < rounds; round += 1) {
    for (const { pair, json, translation } of timings) {
      const plain = (): string => JSON.stringify(JSON.parse(pair.text));
      const first = round % 2 === 0 ? millisecondsOf(plain) : undefined;
      const translated = millisecondsOf(pair.translate);
      const bare = first ?? millisecondsOf(plain);
      if (round < 0) continue;
      json.push(bare);
      translation.push(translated);
    }
  }
  return timings.map(({ pair, json, translation }) => ({
    id: pair.id,
    json: spread(json) ?? nothing,
    translation: spread(translation) ?? nothing,
    ratio: spread(translation.map((time, round) => time / (json[round] ?? Number.NaN))) ?? nothing,
  }));
}

const nothing: Spread = { median: Number.NaN, min: Number.NaN, max: Number.NaN };

// What was written is kept until the clock is read, so that writing it cannot be optimized away.
let written = "";

function millisecondsOf(work: () => string): number {
  Bun.gc(true);
  const started = performance.now();
  written = work();
  const elapsed = performance.now() - started;
  if (written.length === 0) throw new RangeError("nothing was written");
  return elapsed;
}
