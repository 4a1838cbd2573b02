import type { ReconciliationBody } from "../../api/schemas/reconciliation.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { toUsageFilter, usageFilterArgs } from "../input/usage-filter.ts";
import { formatCost } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

const { from, to, provider, model } = usageFilterArgs;

/** Holds what vendors report against what their prices say. */
export const reconcileCommand = defineCliCommand({
  summary: "What vendors say requests cost, beside what their prices say; of this month unless told",
  args: {
    ...{ from, to, provider, model },
    csv: { type: "boolean", description: "Print CSV instead of text" },
    ...connectionArgs,
  },
  examples: [
    "penstock reconcile",
    "penstock reconcile --provider router --from 2030-01-01 --to 2030-02-01",
    "penstock reconcile --csv > january.csv",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const asked = toUsageFilter(args);
    const query = { from: asked.from, to: asked.to, provider: asked.provider, model: asked.model };
    if (args.csv) {
      await api.print("/reconciliation", { ...query, format: "csv" });
      return;
    }
    const rows = await api.list<ReconciliationBody>("/reconciliation", query);
    if (args.json) {
      printJson(rows);
      return;
    }
    print(
      formatTable(rows, [
        { title: "DAY", value: ({ start }) => start.slice(0, 10) },
        { title: "PROVIDER", value: (row) => row.provider ?? row.provider_id ?? "" },
        { title: "MODEL", value: (row) => row.model ?? "" },
        { title: "REQUESTS", value: ({ requests }) => String(requests) },
        { title: "COMPARED", value: (row) => String(row.compared_requests) },
        { title: "REPORTED", value: (row) => formatCost(row.reported_usd) },
        { title: "COMPUTED", value: (row) => formatCost(row.computed_usd) },
        { title: "OFF BY", value: ({ difference_ratio }) => percent(difference_ratio) },
        { title: "ESTIMATED", value: (row) => String(row.estimated_requests) },
        { title: "UNPRICED", value: (row) => String(row.unpriced_requests) },
      ]),
    );
  },
});

function percent(ratio: number | null): string {
  return ratio === null ? "" : `${(ratio * 100).toFixed(1)} %`;
}
