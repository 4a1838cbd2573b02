import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { formatStatus } from "../output/provider-status.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists the org's providers and their state. */
export const providersListCommand = defineCliCommand({
  summary: "List providers",
  args: connectionArgs,
  examples: ["penstock providers list", "penstock providers list --json"],
  async run({ args }) {
    const providers = await new ApiClient(await connectAdmin(args)).list<ProviderBody>("/providers");
    if (args.json) {
      printJson(providers);
      return;
    }
    print(
      formatTable(providers, [
        { title: "NAME", value: ({ name }) => name },
        { title: "DRIVER", value: ({ driver }) => driver },
        { title: "STATUS", value: formatStatus },
        { title: "MODELS", value: ({ models }) => `${models.enabled}/${models.total}` },
        { title: "CREDENTIAL", value: ({ credentials }) => Object.keys(credentials).join(", ") },
        { title: "ORIGIN", value: ({ origin }) => origin },
        { title: "SINCE", value: ({ status_since }) => formatTime(status_since) },
        { title: "CHECKED", value: ({ checked_at }) => formatTime(checked_at) },
      ]),
    );
  },
});
