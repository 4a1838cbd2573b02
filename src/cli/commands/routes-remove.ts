import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findRoute } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { releaseArgs, releaseQuery } from "../input/release-args.ts";
import { print, printJson } from "../output/terminal.ts";

/** Removes a route; its models stay. */
export const routesRemoveCommand = defineCliCommand({
  summary: "Remove a route; its models stay",
  args: {
    name: { type: "positional", required: true, description: "Route name or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...releaseArgs,
    ...connectionArgs,
  },
  examples: ["penstock routes remove ab", "penstock routes remove ab --yes --rebind openai/gpt-5"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findRoute(api, args.name);
    await requireConsent(`Remove the route ${name}?`, { yes: args.yes === true });
    await api.call(`/routes/${id}`, { method: "DELETE", query: await releaseQuery(api, args) });
    if (args.json) printJson({ id, name, removed: true });
    else print(`Removed ${name}.`);
  },
});
