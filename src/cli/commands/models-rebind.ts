import type { ReboundBody } from "../../api/schemas/binding.ts";
import type { ModelBody } from "../../api/schemas/model.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findModel } from "../find-by-name.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Moves everything that names one model to another. */
export const modelsRebindCommand = defineCliCommand({
  summary: "Move everything that names a model to another one",
  args: {
    name: { type: "positional", required: true, description: "provider/model or an id" },
    to: { type: "string", required: true, description: "The model that takes its place" },
    "dry-run": { type: "boolean", description: "Only show what would change" },
    ...connectionArgs,
  },
  examples: [
    "penstock models rebind openai/gpt-4o --to azure/gpt-4o --dry-run",
    "penstock models rebind openai/gpt-4o --to azure/gpt-4o",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const known = await api.list<ModelBody>("/models");
    const [from, to] = [await findModel(known, args.name), await findModel(known, args.to)];
    const result = await api.call<ReboundBody>(`/models/${from.id}/rebind`, {
      method: "POST",
      body: { to: to.id, dry_run: args["dry-run"] === true },
    });
    if (args.json) return printJson(result);
    if (result.changes.length === 0) return print(`Nothing names ${from.name}.`);
    print(
      formatTable(result.changes, [
        {
          title: result.dry_run ? "WOULD CHANGE" : "CHANGED",
          value: ({ kind }) => kind.replaceAll("_", " "),
        },
        { title: "OF", value: ({ name }) => name },
        { title: "FROM", value: ({ before }) => before },
        { title: "TO", value: ({ after }) => after },
      ]),
    );
  },
});
