import type { UsageBody } from "../../api/schemas/usage.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { sumArgs, toSumQuery } from "../input/sum-args.ts";
import { dimensionColumns } from "../output/dimension-columns.ts";
import { formatCost, formatDuration } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Sums up requests and tokens. */
export const usageCommand = defineCliCommand({
  summary: "Requests, tokens and latency; of this month unless told",
  args: { ...sumArgs, ...connectionArgs },
  examples: [
    "penstock usage --by provider,model",
    "penstock usage --interval day --from 2030-01-01 --to 2030-02-01",
    "penstock usage --by key,outcome --csv",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const query = toSumQuery(args);
    if (args.csv) {
      await api.print("/usage", { ...query, format: "csv" });
      return;
    }
    const groups = await api.list<UsageBody>("/usage", query);
    if (args.json) {
      printJson(groups);
      return;
    }
    const cached = ({ tokens }: UsageBody) =>
      tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h;
    print(
      formatTable(groups, [
        ...dimensionColumns(groups),
        { title: "REQUESTS", value: ({ requests }) => String(requests) },
        { title: "FAILED", value: ({ failed }) => String(failed) },
        { title: "INPUT", value: ({ tokens }) => String(tokens.input) },
        { title: "CACHED", value: (group) => String(cached(group)) },
        { title: "OUTPUT", value: ({ tokens }) => String(tokens.output) },
        { title: "COST", value: ({ cost_usd }) => formatCost(cost_usd) },
        { title: "FIRST BYTE", value: ({ latency_ms }) => formatMs(latency_ms.first_byte) },
        { title: "TOTAL", value: ({ latency_ms }) => formatMs(latency_ms.total) },
      ]),
    );
  },
});

function formatMs(ms: number | null): string {
  return ms === null ? "" : formatDuration(ms);
}
