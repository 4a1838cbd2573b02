import type { KeyBody } from "../../api/schemas/key.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findKey } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { print, printJson } from "../output/terminal.ts";

/** Revokes a key for good. */
export const keysRevokeCommand = defineCliCommand({
  summary: "Revoke a key for good",
  args: {
    name: { type: "positional", required: true, description: "Key name or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock keys revoke ci", "penstock keys revoke ci --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name, preview } = await findKey(api, args.name);
    await requireConsent(`Revoke ${name} (${preview})?`, { yes: args.yes === true });
    const key = await api.call<KeyBody>(`/keys/${id}`, { method: "DELETE" });
    if (args.json) printJson(key);
    else print(`Revoked ${name}.`);
  },
});
