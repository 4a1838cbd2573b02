import type { SettingsBody } from "../../api/schemas/settings.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { repeated } from "../input/check-arguments.ts";
import { formatSettings } from "../output/settings.ts";
import { print, printJson } from "../output/terminal.ts";

const updateArgs = {
  "chat-model": {
    type: "string",
    valueHint: "NAME",
    description: "What a request for chat gets that names no model, or none",
  },
  "embedding-model": { type: "string", valueHint: "NAME", description: "The same for embeddings, or none" },
  "keep-contents": {
    type: "string",
    valueHint: "DAYS",
    description: "How long requests and answers are kept, or off",
  },
  "allow-host": {
    type: "string",
    valueHint: "HOST",
    description: "The only hosts providers may have, e.g. *.vendor.com; repeatable, replaces all",
  },
  "all-hosts": { type: "boolean", description: "Every host that the operator allows" },
  ...connectionArgs,
} as const;

/** Changes what holds for all of the organization; what is not named stays. */
export const settingsUpdateCommand = defineCliCommand({
  summary: "Change the organization's settings",
  args: updateArgs,
  repeatable: ["allow-host"],
  examples: [
    "penstock settings update --chat-model anthropic-prod/claude-sonnet-4-5",
    "penstock settings update --keep-contents 30",
    "penstock settings update --allow-host api.openai.com --allow-host '*.anthropic.com'",
  ],
  async run({ args, rawArgs }) {
    const hosts = repeated(rawArgs, { name: "allow-host", args: updateArgs });
    if (hosts.length > 0 && args["all-hosts"])
      throw usageError("--allow-host and --all-hosts exclude each other");
    const [chat, embedding, days] = [args["chat-model"], args["embedding-model"], args["keep-contents"]];
    const models = {
      ...(chat !== undefined && { chat: orNull(chat, "none") }),
      ...(embedding !== undefined && { embedding: orNull(embedding, "none") }),
    };
    const body = {
      ...(Object.keys(models).length > 0 && { default_models: models }),
      ...(days !== undefined && { content_logging: retention(days) }),
      ...(hosts.length > 0 && { egress: { allowed_hosts: hosts } }),
      ...(args["all-hosts"] && { egress: { allowed_hosts: null } }),
    };
    if (Object.keys(body).length === 0)
      throw usageError("say what to change; see `penstock settings update --help`");
    const api = new ApiClient(await connectAdmin(args));
    const settings = await api.call<SettingsBody>("/settings", { method: "PATCH", body });
    if (args.json) printJson(settings);
    else print(formatSettings(settings));
  },
});

function orNull(text: string, nothing: string): string | null {
  return text === nothing ? null : text;
}

function retention(text: string): { readonly retention_days: number } | null {
  if (text === "off") return null;
  if (!/^\d{1,3}$/.test(text)) throw usageError("--keep-contents must be a number of days, or off");
  return { retention_days: Number(text) };
}
