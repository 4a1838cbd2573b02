import type { WebhookBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists webhooks; their secrets are nowhere to be had. */
export const webhooksListCommand = defineCliCommand({
  summary: "List webhooks",
  args: connectionArgs,
  examples: ["penstock webhooks list", "penstock webhooks list --json"],
  async run({ args }) {
    const webhooks = await new ApiClient(await connectAdmin(args)).list<WebhookBody>("/webhooks");
    if (args.json) {
      printJson(webhooks);
      return;
    }
    print(
      formatTable(webhooks, [
        { title: "NAME", value: ({ name }) => name },
        { title: "URL", value: ({ url }) => url },
        { title: "EVENTS", value: ({ events }) => events.join(", ") },
        { title: "STATE", value: ({ enabled }) => (enabled ? "enabled" : "disabled") },
        { title: "OLD SECRET UNTIL", value: (each) => formatTime(each.previous_secret_valid_until) },
      ]),
    );
  },
});
