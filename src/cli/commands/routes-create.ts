import type { RouteBody } from "../../api/schemas/route.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { repeated } from "../input/check-arguments.ts";
import { routeArgs, routeBody } from "../input/route-body.ts";
import { formatRoute } from "../output/route-details.ts";
import { print, printJson } from "../output/terminal.ts";

const createArgs = {
  name: { type: "positional", required: true, description: "What requests say as their model" },
  ...routeArgs,
  ...connectionArgs,
} as const;

/** Makes a route. */
export const routesCreateCommand = defineCliCommand({
  summary: "Make a route",
  args: createArgs,
  repeatable: ["target"],
  examples: [
    "penstock routes create smart --strategy ordered --target openai/gpt-5 --target azure/gpt-5",
    "penstock routes create ab --strategy sticky --target openai/gpt-5=9 --target anthropic/claude-sonnet-4-5=1",
    "penstock routes create mine --body route.json",
  ],
  async run({ args, rawArgs }) {
    const body = await routeBody(args, repeated(rawArgs, { name: "target", args: createArgs }));
    const api = new ApiClient(await connectAdmin(args));
    const route = await api.call<RouteBody>("/routes", {
      method: "POST",
      body: { ...body, name: args.name },
    });
    if (args.json) printJson(route);
    else print(formatRoute(route));
  },
});
