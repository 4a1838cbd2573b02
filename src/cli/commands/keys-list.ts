import type { KeyBody } from "../../api/schemas/key.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { keyState } from "../output/key-details.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists keys; their values are nowhere to be had. */
export const keysListCommand = defineCliCommand({
  summary: "List keys",
  args: { revoked: { type: "boolean", description: "Revoked ones too" }, ...connectionArgs },
  examples: ["penstock keys list", "penstock keys list --revoked --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const keys = await api.list<KeyBody>("/keys", { state: args.revoked ? "all" : undefined });
    if (args.json) {
      printJson(keys);
      return;
    }
    print(
      formatTable(keys, [
        { title: "NAME", value: ({ name }) => name },
        { title: "KEY", value: ({ preview }) => preview },
        { title: "STATE", value: keyState },
        { title: "SCOPES", value: ({ scopes }) => scopes.join(", ") },
        { title: "MODELS", value: ({ allowed_models }) => allowed_models?.join(", ") ?? "all" },
        { title: "EXPIRES", value: ({ expires_at }) => formatTime(expires_at) },
        { title: "LAST USED", value: ({ last_used_at }) => formatTime(last_used_at) },
        { title: "ORIGIN", value: ({ origin }) => origin },
      ]),
    );
  },
});
