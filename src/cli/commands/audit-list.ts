import type { AuditEventBody } from "../../api/schemas/audit.ts";
import { ApiClient, type PageBody } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { auditFilterArgs, toAuditQuery } from "../input/audit-filter.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

const pageSize = 1000;

/** Lists administrative acts, the newest first. */
export const auditListCommand = defineCliCommand({
  summary: "List administrative acts, newest first",
  args: {
    ...auditFilterArgs,
    limit: { type: "string", valueHint: "N", description: "How many at most; 50 unless told" },
    ...connectionArgs,
  },
  examples: [
    "penstock audit list",
    "penstock audit list --action 'key.*' --from 2030-01-01T00:00:00Z",
    "penstock audit list --actor admin@example.com --limit 200 --json",
  ],
  async run({ args }) {
    const limit = args.limit ?? "50";
    if (!/^[1-9]\d{0,6}$/.test(limit)) throw usageError("--limit must be a whole number");
    const api = new ApiClient(await connectAdmin(args));
    const events = await newest(api, { ...toAuditQuery(args) }, Number(limit));
    if (args.json) {
      printJson(events);
      return;
    }
    print(
      formatTable(events, [
        { title: "TIME", value: ({ at }) => formatTime(at) },
        { title: "ACTION", value: ({ action }) => action },
        { title: "TARGET", value: ({ target }) => target.name },
        { title: "BY", value: ({ actor }) => `${actor.kind} ${actor.name}` },
        { title: "FROM", value: ({ address }) => address ?? "" },
        { title: "CHANGED", value: ({ before, after }) => changed(before, after) },
      ]),
    );
  },
});

async function newest(
  api: ApiClient,
  query: Readonly<Record<string, string | boolean | undefined>>,
  limit: number,
): Promise<AuditEventBody[]> {
  const events: AuditEventBody[] = [];
  let cursor: string | undefined;
  do {
    const page: PageBody<AuditEventBody> = await api.call("/audit", {
      query: { ...query, limit: Math.min(limit - events.length, pageSize), cursor },
    });
    events.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && events.length < limit);
  return events;
}

/** The names of the fields; their values are for `--json`. */
function changed(before: AuditEventBody["before"], after: AuditEventBody["after"]): string {
  if (before === null || after === null) return "";
  return Object.keys(after).join(", ");
}
