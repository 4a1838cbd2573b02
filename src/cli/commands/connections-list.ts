import type { ConnectionBody } from "../../api/schemas/connection.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

/** Lists the person's own connections; nobody else's are ever shown. */
export const connectionsListCommand = defineCliCommand({
  summary: "List your connections",
  args: personArgs,
  examples: ["penstock connections", "penstock connections list --json"],
  async run({ args }) {
    const connections = await new ApiClient(await connectPerson(args)).list<ConnectionBody>("/connections");
    if (args.json) {
      printJson(connections);
      return;
    }
    print(
      formatTable(connections, [
        { title: "NAME", value: ({ name }) => name },
        { title: "SERVICE", value: ({ connector }) => connector },
        { title: "ACCOUNT", value: ({ account }) => account.name ?? account.id ?? "" },
        { title: "STATUS", value: ({ status, status_reason }) => statusOf(status, status_reason) },
        { title: "CHECKED", value: ({ checked_at }) => formatTime(checked_at) },
      ]),
    );
  },
});

function statusOf(status: string, reason: string | null): string {
  return reason === null ? status : `${status} (${reason})`;
}
