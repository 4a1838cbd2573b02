import type { CreatedKeyBody } from "../../api/schemas/key.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { repeated } from "../input/check-arguments.ts";
import { parseDisconnectPolicy } from "../input/disconnect-policy.ts";
import { parseExpiry } from "../input/expiry.ts";
import { note, print, printJson } from "../output/terminal.ts";

const createArgs = {
  name: { type: "positional", required: true, description: "What the key is for" },
  scope: {
    type: "string",
    valueHint: "SCOPE",
    description: "gateway (default) calls models, admin manages; repeatable",
  },
  "allow-model": { type: "string", valueHint: "MODEL", description: "Only these models; repeatable" },
  strict: { type: "boolean", description: "Refuse what cannot be translated without loss" },
  "on-disconnect": {
    type: "string",
    valueHint: "cancel|drain|keep",
    description: "What becomes of a call whose client leaves; cancel by default",
  },
  agent: { type: "string", valueHint: "NAME", description: "The agent that calls with it" },
  "agent-role": { type: "string", valueHint: "ROLE", description: "In which of the agent's roles" },
  "url-token": { type: "boolean", description: "For a gateway URL ({base}/u/{token}); works in no header" },
  expires: {
    type: "string",
    valueHint: "WHEN",
    description: "30d, 12h, or a time such as 2030-01-31T00:00:00Z",
  },
  ...connectionArgs,
} as const;

/** Makes a key and prints it, this once. */
export const keysCreateCommand = defineCliCommand({
  summary: "Make a key",
  args: createArgs,
  repeatable: ["scope", "allow-model"],
  examples: [
    "penstock keys create ci",
    "penstock keys create ops --scope admin --expires 30d",
    "penstock keys create robot --allow-model claude-sonnet-4-5 --strict",
  ],
  async run({ args, rawArgs }) {
    const all = (name: string) => repeated(rawArgs, { name, args: createArgs });
    const scopes = all("scope");
    if (scopes.some((scope) => scope !== "gateway" && scope !== "read" && scope !== "admin")) {
      throw usageError("--scope must be gateway, read or admin");
    }
    const models = all("allow-model");
    const onDisconnect = parseDisconnectPolicy(args["on-disconnect"]);
    const expires = args.expires === undefined ? undefined : parseExpiry(args.expires, Date.now());
    const key = await new ApiClient(await connectAdmin(args)).call<CreatedKeyBody>("/keys", {
      method: "POST",
      body: {
        name: args.name,
        strict: args.strict === true,
        ...(onDisconnect !== undefined && { on_disconnect: onDisconnect }),
        ...(args.agent !== undefined && { agent: args.agent }),
        ...(args["agent-role"] !== undefined && { agent_role: args["agent-role"] }),
        ...(args["url-token"] && { carrier: "url" }),
        ...(scopes.length > 0 && { scopes: [...new Set(scopes)] }),
        ...(models.length > 0 && { allowed_models: models }),
        ...(expires !== undefined && { expires_at: expires }),
      },
    });
    if (args.json) {
      printJson(key);
      return;
    }
    // The value alone on standard output, so that `KEY=$(penstock keys create ci)` works.
    note(`Key ${key.name} is made; it is shown this once:`);
    print(key.value);
  },
});
