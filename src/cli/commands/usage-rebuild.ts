import type { RebuildBody } from "../../api/schemas/reconciliation.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { toUsageFilter, usageFilterArgs } from "../input/usage-filter.ts";
import { print, printJson } from "../output/terminal.ts";

/** Sums the ledger up anew. */
export const usageRebuildCommand = defineCliCommand({
  summary: "Sum usage up anew from the ledger's rows, hour by hour",
  args: { from: usageFilterArgs.from, to: usageFilterArgs.to, ...connectionArgs },
  examples: [
    "penstock usage rebuild-rollups",
    "penstock usage rebuild-rollups --from 2030-01-01 --to 2030-01-02",
  ],
  async run({ args }) {
    const { from, to } = toUsageFilter(args);
    const api = new ApiClient(await connectAdmin(args));
    const body = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const result = await api.call<RebuildBody>("/usage/rebuild", { method: "POST", body });
    if (args.json) {
      printJson(result);
      return;
    }
    print(`${result.hours} hours summed up, ${result.corrected} of them corrected.`);
    if (result.kept > 0) print("The oldest hour was left as it is: some of its rows are gone already.");
  },
});
