import type { SpendBody } from "../../api/schemas/usage.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { sumArgs, toSumQuery } from "../input/sum-args.ts";
import { dimensionColumns } from "../output/dimension-columns.ts";
import { formatCost } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Sums up what requests cost. */
export const spendCommand = defineCliCommand({
  summary: "What requests cost, and how that is known; of this month unless told",
  args: { ...sumArgs, ...connectionArgs },
  examples: [
    "penstock spend --by model --sort=-cost_usd",
    "penstock spend --by key --interval month --from 2030-01-01 --csv > spend.csv",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const query = toSumQuery(args);
    if (args.csv) {
      await api.print("/spend", { ...query, format: "csv" });
      return;
    }
    const groups = await api.list<SpendBody>("/spend", query);
    if (args.json) {
      printJson(groups);
      return;
    }
    print(
      formatTable(groups, [
        ...dimensionColumns(groups),
        { title: "REQUESTS", value: ({ requests }) => String(requests) },
        { title: "COST", value: ({ cost_usd }) => formatCost(cost_usd) },
        { title: "REPORTED", value: ({ cost_by_source: { reported } }) => formatCost(reported) },
        { title: "COMPUTED", value: ({ cost_by_source: { computed } }) => formatCost(computed) },
        { title: "LISTED", value: ({ cost_by_source: { listed } }) => formatCost(listed) },
        { title: "ESTIMATED", value: ({ cost_by_source: { estimated } }) => formatCost(estimated) },
        { title: "WITHOUT A PRICE", value: ({ unpriced_requests }) => String(unpriced_requests) },
      ]),
    );
  },
});
