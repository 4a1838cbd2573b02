import type { LimitBody } from "../../api/schemas/limit.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatSubject } from "../input/limit-subject.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists limits. */
export const limitsListCommand = defineCliCommand({
  summary: "List limits and budgets",
  args: connectionArgs,
  examples: ["penstock limits", "penstock limits list --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const limits = await api.list<LimitBody>("/limits");
    if (args.json) return printJson(limits);
    const usd = (amount: number | null) => (amount === null ? "" : `$${amount}`);
    print(
      formatTable(limits, [
        { title: "SUBJECT", value: formatSubject },
        { title: "REQUESTS/MIN", value: (limit) => `${limit.requests_per_minute ?? ""}` },
        { title: "TOKENS/MIN", value: (limit) => `${limit.tokens_per_minute ?? ""}` },
        { title: "AT ONCE", value: (limit) => `${limit.concurrency ?? ""}` },
        { title: "A DAY", value: (limit) => usd(limit.day_usd) },
        { title: "A MONTH", value: (limit) => usd(limit.month_usd) },
        { title: "ORIGIN", value: ({ origin }) => origin },
      ]),
    );
  },
});
