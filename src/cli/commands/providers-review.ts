import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { formatCount } from "../output/format.ts";
import { print, printJson } from "../output/terminal.ts";

/** Marks what discovery found as seen. */
export const providersReviewCommand = defineCliCommand({
  summary: "Mark a provider's new models as seen",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    ...connectionArgs,
  },
  examples: ["penstock providers review openai-prod"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name, models } = await findProvider(api, args.name);
    const provider = await api.call<ProviderBody>(`/providers/${id}/models/review`, { method: "POST" });
    if (args.json) printJson(provider);
    else print(`Reviewed ${formatCount(models.new, "new model")} of ${name}.`);
  },
});
