import type { WebhookBody } from "../../api/schemas/webhook.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findWebhook } from "../find-by-name.ts";
import { repeated } from "../input/check-arguments.ts";
import { print, printJson } from "../output/terminal.ts";

const updateArgs = {
  name: { type: "positional", required: true, description: "Webhook name or id" },
  rename: { type: "string", valueHint: "NAME", description: "Another name" },
  endpoint: { type: "string", valueHint: "URL", description: "Where messages are sent to from now on" },
  event: {
    type: "string",
    valueHint: "EVENT",
    description: "What it is told of; repeatable, replaces all",
  },
  state: { type: "string", valueHint: "on|off", description: "Whether messages are sent" },
  ...connectionArgs,
} as const;

/** Changes a webhook; what is not named stays. */
export const webhooksUpdateCommand = defineCliCommand({
  summary: "Change a webhook",
  args: updateArgs,
  repeatable: ["event"],
  examples: [
    "penstock webhooks update ops --endpoint https://new.example.com/penstock",
    "penstock webhooks update ops --state off",
  ],
  async run({ args, rawArgs }) {
    const events = repeated(rawArgs, { name: "event", args: updateArgs });
    const { rename, endpoint, state } = args;
    if (state !== undefined && state !== "on" && state !== "off")
      throw usageError("--state must be on or off");
    const body = {
      ...(rename !== undefined && { name: rename }),
      ...(endpoint !== undefined && { url: endpoint }),
      ...(events.length > 0 && { events: [...new Set(events)] }),
      ...(state !== undefined && { enabled: state === "on" }),
    };
    if (Object.keys(body).length === 0)
      throw usageError("say what to change; see `penstock webhooks update --help`");
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findWebhook(api, args.name);
    const webhook = await api.call<WebhookBody>(`/webhooks/${id}`, { method: "PATCH", body });
    if (args.json) printJson(webhook);
    else print(`Changed ${webhook.name}: ${webhook.url}, ${webhook.enabled ? "enabled" : "disabled"}.`);
  },
});
