import type { ProviderImpactBody } from "../../api/schemas/binding.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { describeUse } from "../output/bindings.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows what hangs on a provider and its models. */
export const providersImpactCommand = defineCliCommand({
  summary: "Show what disabling or removing a provider would do",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    ...connectionArgs,
  },
  examples: ["penstock providers impact openai-prod"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findProvider(api, args.name);
    const impact = await api.call<ProviderImpactBody>(`/providers/${id}/impact`);
    if (args.json) printJson(impact);
    else print(describeUse(name, impact).join("\n"));
  },
});
