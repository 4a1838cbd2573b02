import type { ModelBody } from "../../api/schemas/model.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { formatFlag } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists models as the org's providers serve them. */
export const modelsListCommand = defineCliCommand({
  summary: "List models",
  args: {
    provider: { type: "string", valueHint: "NAME", description: "Of this provider only" },
    enabled: { type: "boolean", description: "Enabled ones only" },
    ...connectionArgs,
  },
  examples: ["penstock models list", "penstock models list --provider anthropic-prod --enabled"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const provider = args.provider === undefined ? undefined : await findProvider(api, args.provider);
    const models = await api.list<ModelBody>("/models", {
      provider_id: provider?.id,
      enabled: args.enabled ? true : undefined,
    });
    if (args.json) {
      printJson(models);
      return;
    }
    print(
      formatTable(models, [
        { title: "NAME", value: ({ name }) => name },
        { title: "KIND", value: ({ kind }) => kind },
        { title: "ENABLED", value: ({ enabled }) => formatFlag(enabled) },
        { title: "CONTEXT", value: ({ context_tokens }) => String(context_tokens ?? "") },
        { title: "SOURCE", value: ({ source, stale }) => (stale ? `${source}, gone` : source) },
        { title: "ORIGIN", value: ({ origin }) => origin },
      ]),
    );
  },
});
