import type { RequestBody } from "../../api/schemas/request.ts";
import { ApiClient, type PageBody } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { toUsageFilter, usageFilterArgs } from "../input/usage-filter.ts";
import { formatCost, formatDuration } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

const pageSize = 1000;

/** Lists requests, the newest first. */
export const requestsCommand = defineCliCommand({
  summary: "Requests, newest first",
  args: {
    ...usageFilterArgs,
    status: { type: "string", valueHint: "N", description: "HTTP status the client saw" },
    "error-code": { type: "string", valueHint: "CODE", description: "E.g. upstream_rate_limited" },
    "min-cost": { type: "string", valueHint: "USD", description: "Only what cost this or more" },
    limit: { type: "string", valueHint: "N", description: "How many at most; 50 unless told" },
    csv: { type: "boolean", description: "Print all that fit as CSV" },
    ...connectionArgs,
  },
  examples: [
    "penstock requests --outcome failed --limit 20",
    "penstock requests --of-key agents --min-cost 0.10 --json",
    "penstock requests --from 2030-01-01 --to 2030-02-01 --csv > january.csv",
  ],
  async run({ args }) {
    const limit = args.limit ?? "50";
    if (!/^[1-9]\d{0,6}$/.test(limit)) throw usageError("--limit must be a whole number");
    const query = {
      ...toUsageFilter(args),
      ...{ status: args.status, error_code: args["error-code"], min_cost_usd: args["min-cost"] },
    };
    const api = new ApiClient(await connectAdmin(args));
    if (args.csv) {
      if (args.limit !== undefined) throw usageError("--csv prints all that fit, without --limit");
      await api.print("/requests", { ...query, format: "csv" });
      return;
    }
    const requests = await newest(api, { query, limit: Number(limit) });
    if (args.json) {
      printJson(requests);
      return;
    }
    print(
      formatTable(requests, [
        { title: "TIME", value: ({ started_at }) => `${started_at.slice(0, 19).replace("T", " ")}Z` },
        { title: "PROVIDER", value: ({ provider }) => provider ?? "" },
        { title: "MODEL", value: ({ model, requested_model }) => model ?? requested_model },
        { title: "ROUTE", value: ({ route }) => route ?? "" },
        { title: "TRIES", value: ({ attempts }) => (attempts === null ? "" : String(attempts.length)) },
        { title: "OUTCOME", value: ({ outcome }) => outcome },
        { title: "STATUS", value: ({ status }) => String(status) },
        { title: "ERROR", value: ({ error_code }) => error_code ?? "" },
        { title: "TOKENS", value: ({ usage }) => `${usage.input} → ${usage.output}` },
        { title: "COST", value: ({ cost_usd }) => (cost_usd === null ? "" : formatCost(cost_usd)) },
        { title: "TOOK", value: ({ timing_us }) => formatDuration(timing_us.total / 1000) },
        { title: "ID", value: ({ id }) => id },
      ]),
    );
  },
});

async function newest(
  api: ApiClient,
  { query, limit }: { readonly query: Readonly<Record<string, string | undefined>>; readonly limit: number },
): Promise<RequestBody[]> {
  const requests: RequestBody[] = [];
  let cursor: string | undefined;
  do {
    const page: PageBody<RequestBody> = await api.call("/requests", {
      query: { ...query, limit: Math.min(limit - requests.length, pageSize), cursor },
    });
    requests.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && requests.length < limit);
  return requests;
}
