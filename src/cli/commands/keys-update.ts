import type { KeyBody } from "../../api/schemas/key.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findKey } from "../find-by-name.ts";
import { repeated } from "../input/check-arguments.ts";
import { parseDisconnectPolicy } from "../input/disconnect-policy.ts";
import { parseExpiry } from "../input/expiry.ts";
import { formatKey } from "../output/key-details.ts";
import { print, printJson } from "../output/terminal.ts";

const updateArgs = {
  name: { type: "positional", required: true, description: "Key name or id" },
  rename: { type: "string", valueHint: "NAME", description: "Another name" },
  scope: {
    type: "string",
    valueHint: "SCOPE",
    description: "gateway, read or admin; repeatable, replaces all",
  },
  "allow-model": {
    type: "string",
    valueHint: "MODEL",
    description: "Only these models; repeatable, replaces all",
  },
  "all-models": { type: "boolean", description: "Every model" },
  "refuse-losses": {
    type: "string",
    valueHint: "on|off",
    description: "Refuse what cannot be translated without loss",
  },
  "on-disconnect": {
    type: "string",
    valueHint: "cancel|drain|keep",
    description: "What becomes of a call whose client leaves",
  },
  agent: {
    type: "string",
    valueHint: "NAME",
    description: "The agent that calls with it; none: of no agent",
  },
  "agent-role": {
    type: "string",
    valueHint: "ROLE",
    description: "In which of the agent's roles; none: in no role",
  },
  expires: {
    type: "string",
    valueHint: "WHEN",
    description: "30d, 12h, a time such as 2030-01-31T00:00:00Z, or never",
  },
  ...connectionArgs,
} as const;

/** Changes what a key may do; what is not named stays. */
export const keysUpdateCommand = defineCliCommand({
  summary: "Change what a key may do",
  args: updateArgs,
  repeatable: ["scope", "allow-model"],
  examples: [
    "penstock keys update ci --allow-model playground-llm",
    "penstock keys update ci --all-models --expires never",
    "penstock keys update ci --rename builds --refuse-losses on",
  ],
  async run({ args, rawArgs }) {
    const all = (name: string) => repeated(rawArgs, { name, args: updateArgs });
    const models = all("allow-model");
    if (models.length > 0 && args["all-models"]) {
      throw usageError("--allow-model and --all-models exclude each other");
    }
    const scopes = all("scope");
    const onDisconnect = parseDisconnectPolicy(args["on-disconnect"]);
    const strict = args["refuse-losses"];
    if (strict !== undefined && strict !== "on" && strict !== "off") {
      throw usageError("--refuse-losses must be on or off");
    }
    const body = {
      ...(args.rename !== undefined && { name: args.rename }),
      ...(scopes.length > 0 && { scopes: [...new Set(scopes)] }),
      ...(models.length > 0 && { allowed_models: models }),
      ...(args["all-models"] && { allowed_models: null }),
      ...(strict !== undefined && { strict: strict === "on" }),
      ...(onDisconnect !== undefined && { on_disconnect: onDisconnect }),
      ...(args.agent !== undefined && { agent: slug(args.agent) }),
      ...(args["agent-role"] !== undefined && { agent_role: slug(args["agent-role"]) }),
      ...(args.expires !== undefined && { expires_at: expiry(args.expires) }),
    };
    if (Object.keys(body).length === 0)
      throw usageError("say what to change; see `penstock keys update --help`");
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findKey(api, args.name);
    const key = await api.call<KeyBody>(`/keys/${id}`, { method: "PATCH", body });
    if (args.json) printJson(key);
    else print(formatKey(key));
  },
});

function expiry(text: string): string | null {
  return text === "never" ? null : parseExpiry(text, Date.now());
}

function slug(text: string): string | null {
  return text === "none" ? null : text;
}
