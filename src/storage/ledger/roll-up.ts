import { cellAt, hourMs, type RollupSum, rollupKeys, rollupSums } from "./rollup-columns.ts";
import type { Cell } from "./usage-columns.ts";

type Row = readonly Cell[];

const at = (name: string) => cellAt[name] ?? -1;
const [orgAt, keyAt, providerAt, providerNameAt] = [
  at("org_id"),
  at("key_id"),
  at("provider_id"),
  at("provider_name"),
];
const [modelAt, surfaceAt, outcomeAt, startedAt] = [
  at("wire_model"),
  at("surface"),
  at("outcome"),
  at("started_at"),
];
const [costAt, sourceAt, estimatedAt] = [at("cost_usd"), at("cost_source"), at("usage_estimated")];
const [routeAt, agentAt, roleAt] = [at("route"), at("agent"), at("agent_role")];
const [reportedAt, computedAt] = [at("reported_cost_usd"), at("computed_cost_usd")];
const billedAt = [
  ...["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  "output_tokens",
].map(at);

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
  readonly #groups = new Map<string, { readonly keys: Cell[]; readonly sums: number[] }>();

  add(row: Row): void {
    const started = numberOf(row[startedAt]);
    const hour = started - (started % hourMs);
    // No text of the ledger holds a NUL.
    const key = `${row[orgAt]} ${hour} ${row[keyAt]} ${row[providerAt] ?? ""} ${row[surfaceAt]} ${row[outcomeAt]}\0${row[modelAt] ?? ""}\0${row[routeAt] ?? ""}\0${row[agentAt] ?? ""}\0${row[roleAt] ?? ""}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { keys: keysOf(row, hour), sums: names.map(() => 0) };
      this.#groups.set(key, group);
    }
    addTo(group.sums, row);
  }

  /** The groups' cells in the order of `rollupNames`. */
  *rows(): Generator<Cell[]> {
    for (const { keys, sums } of this.#groups.values()) yield [...keys, ...sums];
  }
}

/** In the order of `rollupKeys`, then the provider's name. */
function keysOf(row: Row, hour: number): Cell[] {
  const keys: Record<keyof typeof rollupKeys, Cell> = {
    org_id: row[orgAt] ?? "",
    hour,
    key_id: row[keyAt] ?? "",
    provider_id: row[providerAt] ?? "",
    model: row[modelAt] ?? "",
    surface: row[surfaceAt] ?? "",
    outcome: row[outcomeAt] ?? "",
    route: row[routeAt] ?? "",
    agent: row[agentAt] ?? "",
    agent_role: row[roleAt] ?? "",
  };
  return [
    ...Object.keys(rollupKeys).map((name) => keys[name as keyof typeof keys]),
    row[providerNameAt] ?? null,
  ];
}

function addTo(sums: number[], row: Row): void {
  const add = (sum: number, amount: number) => {
    sums[sum] = (sums[sum] ?? 0) + amount;
  };
  for (const { sum, cell } of plain) add(sum, numberOf(row[cell]));
  const isEstimated = row[estimatedAt] === 1;
  add(requests, 1);
  if (isEstimated) add(estimated, 1);
  else compare(add, row);
  const cost = row[costAt];
  if (typeof cost !== "number") {
    const tokens = billedAt.reduce((total, cell) => total + numberOf(row[cell]), 0);
    if (tokens > 0) add(unpriced, 1);
    return;
  }
  const source = String(row[sourceAt]);
  const sum = isEstimated && source !== "reported" ? estimatedCost : costSum[source];
  if (sum !== undefined && source in costSum) add(sum, cost);
}

function compare(add: (sum: number, amount: number) => void, row: Row): void {
  const reported = row[reportedAt];
  const computed = row[computedAt];
  if (typeof reported !== "number" || typeof computed !== "number") return;
  add(compared, 1);
  add(comparedReported, reported);
  add(comparedComputed, computed);
}

function numberOf(cell: Cell | undefined): number {
  return typeof cell === "number" ? cell : 0;
}
