import type { RouteBody } from "../../api/schemas/route.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { strategyOf } from "../output/route-details.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists routes. */
export const routesListCommand = defineCliCommand({
  summary: "List routes",
  args: connectionArgs,
  examples: ["penstock routes list", "penstock routes list --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const routes = await api.list<RouteBody>("/routes", { sort: "name" });
    if (args.json) return printJson(routes);
    print(
      formatTable(routes, [
        { title: "NAME", value: ({ name }) => name },
        { title: "STRATEGY", value: strategyOf },
        { title: "TARGETS", value: ({ targets }) => targets.map(targetOf).join(", ") },
        { title: "ORIGIN", value: ({ origin }) => origin },
      ]),
    );
  },
});

function targetOf({ model, model_id, weight, state }: RouteBody["targets"][number]): string {
  return [
    model ?? model_id,
    ...(weight === 1 ? [] : [`=${weight}`]),
    ...(state === "served" ? [] : [` (${state})`]),
  ].join("");
}
