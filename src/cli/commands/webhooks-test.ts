import type { DeliveryBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findWebhook } from "../find-by-name.ts";
import { print, printJson } from "../output/terminal.ts";

/** Sends a test message. Fails when it is not taken. */
export const webhooksTestCommand = defineCliCommand({
  summary: "Send a test message and say how it went",
  args: {
    name: { type: "positional", required: true, description: "Webhook name or id" },
    ...connectionArgs,
  },
  examples: ["penstock webhooks test ops"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findWebhook(api, args.name);
    const delivery = await api.call<DeliveryBody>(`/webhooks/${id}/test`, { method: "POST" });
    if (args.json) printJson(delivery);
    if (delivery.status !== "delivered")
      throw new CliError(`${name} did not take it: ${delivery.last_error}`);
    if (!args.json) print(`${name} took it (${delivery.last_status}).`);
  },
});
