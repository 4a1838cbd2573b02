import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { releaseArgs, releaseQuery } from "../input/release-args.ts";
import { formatCount } from "../output/format.ts";
import { print, printJson } from "../output/terminal.ts";

/** Removes a provider with its models and credential. */
export const providersRemoveCommand = defineCliCommand({
  summary: "Remove a provider with its models and credential",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...releaseArgs,
    ...connectionArgs,
  },
  examples: ["penstock providers remove old-account", "penstock providers remove old-account --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name, models } = await findProvider(api, args.name);
    await requireConsent(`Remove ${name} and its ${formatCount(models.total, "model")}?`, {
      yes: args.yes === true,
    });
    await api.call(`/providers/${id}`, { method: "DELETE", query: await releaseQuery(api, args) });
    if (args.json) printJson({ id, name, removed: true });
    else print(`Removed ${name}.`);
  },
});
