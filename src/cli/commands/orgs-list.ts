import type { OrgBody } from "../../api/schemas/org.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists the organizations that the key may see: its own. */
export const orgsListCommand = defineCliCommand({
  summary: "Show the key's organization",
  args: connectionArgs,
  examples: ["penstock orgs list", "penstock orgs list --json"],
  async run({ args }) {
    const orgs = await new ApiClient(await connectAdmin(args)).list<OrgBody>("/orgs");
    if (args.json) {
      printJson(orgs);
      return;
    }
    print(
      formatTable(orgs, [
        { title: "NAME", value: ({ name }) => name },
        { title: "ID", value: ({ id }) => id },
        { title: "DEFAULT MODEL", value: ({ default_model }) => default_model ?? "none" },
        { title: "CREATED", value: ({ created_at }) => formatTime(created_at) },
      ]),
    );
  },
});
