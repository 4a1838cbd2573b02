import type { DeliveryBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findWebhook } from "../find-by-name.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists what was told to a webhook, the newest first. */
export const webhooksDeliveriesCommand = defineCliCommand({
  summary: "List what was told to a webhook, and what is to be",
  args: {
    name: { type: "positional", required: true, description: "Webhook name or id" },
    status: { type: "string", valueHint: "STATUS", description: "pending, delivered or failed" },
    ...connectionArgs,
  },
  examples: ["penstock webhooks deliveries ops", "penstock webhooks deliveries ops --status failed"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findWebhook(api, args.name);
    const path = `/webhooks/${id}/deliveries`;
    const deliveries = await api.list<DeliveryBody>(path, { status: args.status });
    if (args.json) {
      printJson(deliveries);
      return;
    }
    print(
      formatTable(deliveries, [
        { title: "TIME", value: ({ created_at }) => formatTime(created_at) },
        { title: "EVENT", value: ({ type }) => type },
        { title: "STATUS", value: ({ status }) => status },
        { title: "ATTEMPTS", value: ({ attempts }) => String(attempts) },
        { title: "NEXT", value: ({ next_attempt_at }) => formatTime(next_attempt_at) },
        { title: "LAST ERROR", value: ({ last_error }) => last_error ?? "" },
      ]),
    );
  },
});
