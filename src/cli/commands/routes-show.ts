import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findRoute } from "../find-by-name.ts";
import { formatRoute } from "../output/route-details.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows one route with its targets. */
export const routesShowCommand = defineCliCommand({
  summary: "Show a route and its targets",
  args: { name: { type: "positional", required: true, description: "Route name or id" }, ...connectionArgs },
  examples: ["penstock routes show smart", "penstock routes show smart --json"],
  async run({ args }) {
    const route = await findRoute(new ApiClient(await connectAdmin(args)), args.name);
    if (args.json) printJson(route);
    else print(formatRoute(route));
  },
});
