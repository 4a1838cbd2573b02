import type { LimitWithLevelsBody } from "../../api/schemas/limit.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findLimit, formatSubject, subjectHint } from "../input/limit-subject.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

const units = {
  requests_per_minute: "requests a minute",
  tokens_per_minute: "tokens a minute",
  concurrency: "calls at once",
  day_usd: "USD a day",
  month_usd: "USD a month",
} as const;

/** Shows one limit and how full it is. */
export const limitsShowCommand = defineCliCommand({
  summary: "Show a limit and how full it is",
  args: { subject: { type: "positional", required: true, description: subjectHint }, ...connectionArgs },
  examples: ["penstock limits show org", "penstock limits show key/ci --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findLimit(api, args.subject);
    const limit = await api.call<LimitWithLevelsBody>(`/limits/${id}`);
    if (args.json) return printJson(limit);
    print(`${formatSubject(limit)}, managed by ${limit.origin}`);
    if (limit.allow_unpriced) print("Models without a price may run and count as 0.");
    print("");
    if (limit.levels === null) return print("This server does not know how full it is.");
    print(
      formatTable(limit.levels, [
        { title: "LIMIT", value: (level) => `${level.limit} ${units[level.measure]}` },
        { title: "USED", value: ({ used }) => `${used}` },
        { title: "LEFT", value: ({ remaining }) => `${remaining}` },
        {
          title: "ALL THERE AGAIN",
          value: ({ resets_at: at }) => (at === null ? "" : at.replace(/\.\d+Z/, "Z")),
        },
      ]),
    );
  },
});
