import type { DiscoveryBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { formatCount } from "../output/format.ts";
import { withProgress } from "../output/progress.ts";
import { harmless, print, printJson } from "../output/terminal.ts";

/** Asks a vendor for its models; new ones arrive disabled. */
export const providersDiscoverCommand = defineCliCommand({
  summary: "Ask a vendor for its models",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    ...connectionArgs,
  },
  examples: ["penstock providers discover anthropic-prod"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findProvider(api, args.name);
    const found = await withProgress(`asking the vendor of ${name}`, () =>
      api.call<DiscoveryBody>(`/providers/${id}/discover`, { method: "POST" }),
    );
    if (args.json) {
      printJson(found);
      return;
    }
    const { added, stale, enabled, total } = found;
    print(
      `${name}: ${formatCount(total, "model")}, ${added.length} new, ${enabled.length} enabled now, ${stale.length} gone.`,
    );
    for (const model of added) print(`  + ${harmless(model)}`);
    for (const model of stale) print(`  - ${harmless(model)}`);
  },
});
