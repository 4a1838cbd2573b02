/**
 * `npm run bench:translate`: what translating a 2 MB conversation costs in this process, beside parsing and writing it as
 * JSON. Exit code 1 when a pair costs more than the budget allows. See docs/performance.md.
 */
import { digits, table, withRange } from "./report/table.ts";
import { measurePairs, type PairFigures } from "./translate/measure-pairs.ts";
import { translationPairs } from "./translate/pairs.ts";

/** How many times the plain JSON work a translation may cost. */
const limit = 3;

const figures = measurePairs(translationPairs("2m"), { rounds: 15, warmups: 6 });
console.log(`Request of 2 MB, decoded and encoded; median (min–max) of 15 rounds, Bun ${Bun.version}\n`);
console.log(
  table({
    head: ["pair", "JSON ms", "translation ms", "× JSON", `≤ ${limit}`],
    rows: figures.map((one) => [
      one.id,
      withRange(one.json),
      withRange(one.translation),
      withRange(one.ratio),
      isMissed(one) ? `✗ missed by ${digits((one.ratio.median / limit - 1) * 100)} %` : "✓ met",
    ]),
    leftColumns: 1,
  }),
);
process.exitCode = figures.some(isMissed) ? 1 : 0;

// A ratio that could not be taken is not a ratio that is met.
function isMissed({ ratio }: PairFigures): boolean {
  return !(ratio.median <= limit);
}
