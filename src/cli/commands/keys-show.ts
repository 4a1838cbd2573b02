import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findKey } from "../find-by-name.ts";
import { formatKey } from "../output/key-details.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows one key; its value is nowhere to be had. */
export const keysShowCommand = defineCliCommand({
  summary: "Show a key",
  args: { name: { type: "positional", required: true, description: "Key name or id" }, ...connectionArgs },
  examples: ["penstock keys show ci", "penstock keys show ci --json"],
  async run({ args }) {
    const key = await findKey(new ApiClient(await connectAdmin(args)), args.name);
    if (args.json) printJson(key);
    else print(formatKey(key));
  },
});
