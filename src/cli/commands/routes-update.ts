import type { RouteBody } from "../../api/schemas/route.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findRoute } from "../find-by-name.ts";
import { repeated } from "../input/check-arguments.ts";
import { routeArgs, routeBody } from "../input/route-body.ts";
import { formatRoute } from "../output/route-details.ts";
import { print, printJson } from "../output/terminal.ts";

const updateArgs = {
  name: { type: "positional", required: true, description: "Route name or id" },
  rename: { type: "string", valueHint: "NAME", description: "Another name; keys and defaults follow" },
  ...routeArgs,
  ...connectionArgs,
} as const;

/** Changes a route; what is not named stays. */
export const routesUpdateCommand = defineCliCommand({
  summary: "Change a route",
  args: updateArgs,
  repeatable: ["target"],
  examples: [
    "penstock routes update ab --target openai/gpt-5=5 --target anthropic/claude-sonnet-4-5=5",
    "penstock routes update smart --strategy hedged --hedge-after 800",
  ],
  async run({ args, rawArgs }) {
    const given = await routeBody(args, repeated(rawArgs, { name: "target", args: updateArgs }));
    const body = { ...given, ...(args.rename !== undefined && { name: args.rename }) };
    if (Object.keys(body).length === 0)
      throw usageError("say what to change; see `penstock routes update --help`");
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findRoute(api, args.name);
    const route = await api.call<RouteBody>(`/routes/${id}`, { method: "PATCH", body });
    if (args.json) printJson(route);
    else print(formatRoute(route));
  },
});
