import type { AuditEventBody } from "../../api/schemas/audit.ts";
import { ApiClient, type PageBody } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { auditFilterArgs, toAuditQuery } from "../input/audit-filter.ts";
import { print } from "../output/terminal.ts";

const { json: _json, ...connection } = connectionArgs;

/** Writes every act as a line of JSON, page by page, so that a long log needs no memory. */
export const auditExportCommand = defineCliCommand({
  summary: "Print administrative acts as lines of JSON, newest first",
  args: { ...auditFilterArgs, ...connection },
  examples: [
    "penstock audit export > audit.jsonl",
    "penstock audit export --from 2030-01-01T00:00:00Z --to 2030-02-01T00:00:00Z > january.jsonl",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const query = toAuditQuery(args);
    let cursor: string | undefined;
    do {
      const page: PageBody<AuditEventBody> = await api.call("/audit", {
        query: { ...query, limit: 1000, cursor },
      });
      if (page.data.length > 0) print(page.data.map((event) => JSON.stringify(event)).join("\n"));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  },
});
