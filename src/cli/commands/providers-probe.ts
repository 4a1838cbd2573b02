import type { ProviderBody, ProviderCheckBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { formatCount, formatDuration } from "../output/format.ts";
import { withProgress } from "../output/progress.ts";
import { harmless, print, printJson } from "../output/terminal.ts";

/** Probes a provider now. Fails when the vendor refuses it or cannot be reached. */
export const providersProbeCommand = defineCliCommand({
  summary: "Try a provider's credential now",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    ...connectionArgs,
  },
  examples: ["penstock providers probe anthropic-prod"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findProvider(api, args.name);
    const { result, provider } = await withProgress(`asking the vendor of ${name}`, () =>
      api.call<{ result: ProviderCheckBody; provider: ProviderBody }>(`/providers/${id}/probe`, {
        method: "POST",
      }),
    );
    const models = result.models === null ? "" : `, ${formatCount(result.models, "model")}`;
    const reason = result.reason ? `: ${harmless(result.reason)}` : "";
    const text = `${name}: ${result.status}${models}, ${formatDuration(result.latency_ms)}${reason}`;
    const failed = result.status === "rejected" || result.status === "unreachable";
    if (args.json) printJson({ result, provider });
    else if (!failed) print(text);
    if (failed) throw new CliError(text);
  },
});
