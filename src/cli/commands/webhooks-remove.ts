import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findWebhook } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { print, printJson } from "../output/terminal.ts";

/** Forgets a webhook. */
export const webhooksRemoveCommand = defineCliCommand({
  summary: "Remove a webhook and what is on its way to it",
  args: {
    name: { type: "positional", required: true, description: "Webhook name or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock webhooks remove ops", "penstock webhooks remove ops --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findWebhook(api, args.name);
    await requireConsent(`Remove ${name}?`, { yes: args.yes === true });
    await api.call(`/webhooks/${id}`, { method: "DELETE" });
    if (args.json) printJson({ id, name, removed: true });
    else print(`Removed ${name}.`);
  },
});
