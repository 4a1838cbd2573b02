import type { WebhookWithSecretBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { repeated } from "../input/check-arguments.ts";
import { note, print, printJson } from "../output/terminal.ts";

const createArgs = {
  name: { type: "positional", required: true, description: "What it is for" },
  endpoint: { type: "positional", required: true, description: "Where messages are sent to, by POST" },
  event: {
    type: "string",
    valueHint: "EVENT",
    description: "What it is told of, e.g. budget.threshold_reached; repeatable; all by default",
  },
  ...connectionArgs,
} as const;

/** Makes a webhook and prints its secret, this once. */
export const webhooksCreateCommand = defineCliCommand({
  summary: "Make a webhook",
  args: createArgs,
  repeatable: ["event"],
  examples: [
    "penstock webhooks create ops https://ops.example.com/penstock",
    "penstock webhooks create ops https://ops.example.com/penstock --event budget.threshold_reached",
  ],
  async run({ args, rawArgs }) {
    const events = repeated(rawArgs, { name: "event", args: createArgs });
    const webhook = await new ApiClient(await connectAdmin(args)).call<WebhookWithSecretBody>("/webhooks", {
      method: "POST",
      body: {
        name: args.name,
        url: args.endpoint,
        ...(events.length > 0 && { events: [...new Set(events)] }),
      },
    });
    if (args.json) {
      printJson(webhook);
      return;
    }
    // The value alone on standard output, so that a script can take it.
    note(`Webhook ${webhook.name} is made; the secret that signs its messages is shown this once:`);
    print(webhook.secret);
  },
});
