import type { WebhookWithSecretBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findWebhook } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { parseDuration } from "../input/duration.ts";
import { formatTime } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Gives a webhook a new secret and prints it, this once. */
export const webhooksRotateSecretCommand = defineCliCommand({
  summary: "Give a webhook a new secret",
  args: {
    name: { type: "positional", required: true, description: "Webhook name or id" },
    grace: {
      type: "string",
      valueHint: "DURATION",
      description: "How long the old secret signs, too: 24h (default), 7d, at most 30d; 0 ends it at once",
    },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock webhooks rotate-secret ops", "penstock webhooks rotate-secret ops --grace 7d --yes"],
  async run({ args }) {
    const grace = args.grace === undefined ? undefined : parseDuration(args.grace, "--grace");
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findWebhook(api, args.name);
    await requireConsent(`Replace the secret of ${name}?`, { yes: args.yes === true });
    const webhook = await api.call<WebhookWithSecretBody>(`/webhooks/${id}/rotate-secret`, {
      method: "POST",
      body: grace === undefined ? {} : { grace_seconds: grace },
    });
    if (args.json) {
      printJson(webhook);
      return;
    }
    const until = webhook.previous_secret_valid_until;
    const old =
      until === null ? "the old one has ended" : `the old one signs, too, until ${formatTime(until)}`;
    note(`Webhook ${name} has a new secret, and ${old}; it is shown this once:`);
    print(webhook.secret);
  },
});
