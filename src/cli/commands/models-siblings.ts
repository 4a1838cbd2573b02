import type { ModelBody } from "../../api/schemas/model.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findModel } from "../find-by-name.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists the same model on other providers. */
export const modelsSiblingsCommand = defineCliCommand({
  summary: "List the same model on other providers",
  args: {
    name: { type: "positional", required: true, description: "provider/model or an id" },
    ...connectionArgs,
  },
  examples: ["penstock models siblings openai/gpt-4o"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findModel(await api.list<ModelBody>("/models"), args.name);
    const { data } = await api.call<{ data: ModelBody[] }>(`/models/${id}/siblings`);
    if (args.json) return printJson(data);
    if (data.length === 0) return print(`No other provider serves ${name}.`);
    print(
      formatTable(data, [
        { title: "MODEL", value: ({ name: sibling }) => sibling },
        { title: "ENABLED", value: ({ enabled }) => (enabled ? "yes" : "no") },
      ]),
    );
  },
});
