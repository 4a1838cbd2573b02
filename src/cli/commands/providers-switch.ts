import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { releaseArgs, releaseQuery } from "../input/release-args.ts";
import { print, printJson } from "../output/terminal.ts";

const name = { type: "positional", required: true, description: "Provider name or id" } as const;

/** Puts a provider back to use. */
export const providersEnableCommand = defineCliCommand({
  summary: "Put a provider back to use",
  args: { name, ...connectionArgs },
  examples: ["penstock providers enable anthropic-prod"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findProvider(api, args.name);
    const provider = await api.call<ProviderBody>(`/providers/${id}/enable`, { method: "POST" });
    if (args.json) printJson(provider);
    else print(`Enabled ${provider.name}; it is probed now.`);
  },
});

/** Takes a provider out of use. */
export const providersDisableCommand = defineCliCommand({
  summary: "Take a provider out of use",
  args: { name, ...releaseArgs, ...connectionArgs },
  examples: [
    "penstock providers disable anthropic-prod",
    "penstock providers disable anthropic-prod --rebind openai-prod/gpt-5",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findProvider(api, args.name);
    const query = await releaseQuery(api, args);
    const provider = await api.call<ProviderBody>(`/providers/${id}/disable`, { method: "POST", query });
    if (args.json) printJson(provider);
    else print(`Disabled ${provider.name}; no call goes to it any more.`);
  },
});
