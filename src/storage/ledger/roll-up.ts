import { cellAt, hourMs, type RollupSum, rollupKeys, rollupSums } from "./rollup-columns.ts";
import type { Cell } from "./usage-columns.ts";

type Row = readonly Cell[];

const at = (name: string) => cellAt[name] ?? -1;
const [keyAt, startedAt, providerNameAt] = [at("key_id"), at("started_at"), at("provider_name")];
const [costAt, sourceAt, estimatedAt] = [at("cost_usd"), at("cost_source"), at("usage_estimated")];
const [reportedAt, computedAt] = [at("reported_cost_usd"), at("computed_cost_usd")];
const billedAt = [
  ...["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  "output_tokens",
].map(at);

/** Where the row has what it is grouped by, in the order of `rollupKeys`: all but two under the name of the column. */
const keyCells = Object.keys(rollupKeys).map((name) => {
  if (name === "hour") return startedAt;
  return at(name === "model" ? "wire_model" : name);
});
const names = Object.keys(rollupSums) as readonly RollupSum[];
/** Sums that are a column of the row as it stands, and where the column is. */
const plain = names.flatMap((name, sum) => (cellAt[name] === undefined ? [] : [{ sum, cell: at(name) }]));
const sumAt = (name: RollupSum) => names.indexOf(name);
const [requests, estimated, unpriced] = [
  sumAt("requests"),
  sumAt("estimated_requests"),
  sumAt("unpriced_requests"),
];
const costSum: Readonly<Record<string, number>> = {
  reported: sumAt("cost_reported_usd"),
  computed: sumAt("cost_computed_usd"),
  listed: sumAt("cost_listed_usd"),
};
const estimatedCost = sumAt("cost_estimated_usd");
const [compared, comparedReported, comparedComputed] = [
  sumAt("compared_requests"),
  sumAt("compared_reported_usd"),
  sumAt("compared_computed_usd"),
];

/** Rolls up rows of the ledger, given as their cells, in memory: a batch then costs one write a group, not one a row. */
export class RollUp {
  /** By key of the gateway: each has a few, and to compare those costs less than to build a text to find them by. */
  readonly #groups = new Map<Cell | undefined, Group[]>();

  add(row: Row): void {
    const started = numberOf(row[startedAt]);
    const hour = started - (started % hourMs);
    this.#groupOf(row, hour).add(row);
  }

  /** The groups' cells in the order of `rollupNames`. */
  *rows(): Generator<Cell[]> {
    for (const groups of this.#groups.values()) for (const group of groups) yield group.cells();
  }

  #groupOf(row: Row, hour: number): Group {
    const known = this.#groups.get(row[keyAt]);
    for (const group of known ?? []) if (group.has(row, hour)) return group;
    const group = new Group(row, hour);
    if (known === undefined) this.#groups.set(row[keyAt], [group]);
    else known.push(group);
    return group;
  }
}

class Group {
  /** In the order of `rollupKeys`. */
  readonly #keys: readonly Cell[];
  readonly #providerName: Cell;
  readonly #sums: number[];

  constructor(row: Row, hour: number) {
    this.#keys = keyCells.map((cell) => keyOf(row, cell, hour));
    this.#providerName = row[providerNameAt] ?? null;
    this.#sums = names.map(() => 0);
  }

  has(row: Row, hour: number): boolean {
    for (let key = 0; key < keyCells.length; key++) {
      if (this.#keys[key] !== keyOf(row, keyCells[key] ?? -1, hour)) return false;
    }
    return true;
  }

  add(row: Row): void {
    for (const { sum, cell } of plain) this.#bump(sum, numberOf(row[cell]));
    const isEstimated = row[estimatedAt] === 1;
    this.#bump(requests, 1);
    if (isEstimated) this.#bump(estimated, 1);
    else this.#compare(row);
    const cost = row[costAt];
    if (typeof cost !== "number") {
      const tokens = billedAt.reduce((total, billed) => total + numberOf(row[billed]), 0);
      if (tokens > 0) this.#bump(unpriced, 1);
      return;
    }
    const source = String(row[sourceAt]);
    const sum = isEstimated && source !== "reported" ? estimatedCost : costSum[source];
    if (sum !== undefined && source in costSum) this.#bump(sum, cost);
  }

  cells(): Cell[] {
    return [...this.#keys, this.#providerName, ...this.#sums];
  }

  #compare(row: Row): void {
    const reported = row[reportedAt];
    const computed = row[computedAt];
    if (typeof reported !== "number" || typeof computed !== "number") return;
    this.#bump(compared, 1);
    this.#bump(comparedReported, reported);
    this.#bump(comparedComputed, computed);
  }

  #bump(sum: number, amount: number): void {
    this.#sums[sum] = (this.#sums[sum] ?? 0) + amount;
  }
}

function keyOf(row: Row, cell: number, hour: number): Cell {
  return cell === startedAt ? hour : (row[cell] ?? "");
}

function numberOf(cell: Cell | undefined): number {
  return typeof cell === "number" ? cell : 0;
}
