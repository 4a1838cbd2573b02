import type { SettingsBody } from "../../api/schemas/settings.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatSettings } from "../output/settings.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows what holds for all of the organization. */
export const settingsShowCommand = defineCliCommand({
  summary: "Show the organization's settings",
  args: { ...connectionArgs },
  examples: ["penstock settings show"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const settings = await api.call<SettingsBody>("/settings");
    if (args.json) printJson(settings);
    else print(formatSettings(settings));
  },
});
