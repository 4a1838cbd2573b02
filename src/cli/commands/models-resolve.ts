import type { ResolutionBody } from "../../api/schemas/resolution.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows which model a name would run. */
export const modelsResolveCommand = defineCliCommand({
  summary: "Show which model a name would run, and why",
  args: {
    name: { type: "positional", required: true, description: "What a request would say as its model" },
    ...connectionArgs,
  },
  examples: ["penstock models resolve gpt-4o", "penstock models resolve azure/gpt-4o"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const resolution = await api.call<ResolutionBody>("/resolve", { query: { model: args.name } });
    if (args.json) return printJson(resolution);
    const { targets, near } = resolution;
    if (!targets.some(({ chosen }) => chosen)) print(`No model in use is called ${args.name}.`);
    if (near.length > 0) print(`Much like it: ${near.join(", ")}`);
    if (targets.length === 0) return;
    print(
      formatTable(targets, [
        { title: "", value: ({ chosen }) => (chosen ? "→" : "") },
        { title: "PROVIDER", value: ({ provider }) => provider },
        { title: "MODEL", value: ({ model }) => model },
        { title: "WHY", value: ({ reason }) => reason },
      ]),
    );
  },
});
