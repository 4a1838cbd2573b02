import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { formatDuration, formatFlag, formatTime } from "../output/format.ts";
import { formatStatus } from "../output/provider-status.ts";
import { formatTable } from "../output/table.ts";
import { harmless, print, printJson } from "../output/terminal.ts";

/** Everything about one provider but the values of its secrets. */
export const providersShowCommand = defineCliCommand({
  summary: "Show one provider and how it is doing",
  args: {
    name: { type: "positional", required: true, description: "Provider name or id" },
    ...connectionArgs,
  },
  examples: ["penstock providers show anthropic-prod", "penstock providers show anthropic-prod --json"],
  async run({ args }) {
    const provider = await findProvider(new ApiClient(await connectAdmin(args)), args.name);
    if (args.json) {
      printJson(provider);
      return;
    }
    const facts = factsOf(provider).filter(([, value]) => value !== "");
    const width = Math.max(...facts.map(([title]) => title.length));
    for (const [title, value] of facts) print(`${title.padEnd(width)}  ${harmless(value)}`);
    const secrets = secretsOf(provider);
    if (secrets.length === 0) return;
    print("");
    print(
      formatTable(secrets, [
        { title: "SECRET", value: ({ field }) => field },
        { title: "FINGERPRINT", value: ({ fingerprint }) => fingerprint },
        { title: "SET", value: ({ set_at }) => formatTime(set_at) },
        { title: "BY", value: ({ set_by }) => set_by ?? "" },
      ]),
    );
  },
});

function factsOf(provider: ProviderBody): readonly (readonly [title: string, value: string])[] {
  const { models, timeouts } = provider;
  const error = provider.last_error ?? "";
  return [
    ["Name", provider.name],
    ["Id", provider.id],
    ["Driver", provider.driver],
    ["Base URL", provider.base_url],
    ["Origin", provider.origin],
    ["Enabled", formatFlag(provider.enabled)],
    ["Priority", String(provider.priority)],
    ["Quota group", provider.quota_group ?? ""],
    ["Status", formatStatus(provider)],
    ["", provider.status_message ?? ""],
    ["Since", formatTime(provider.status_since)],
    ["Checked", formatTime(provider.checked_at)],
    ["Latency", provider.latency_ms === null ? "" : formatDuration(provider.latency_ms)],
    ["Failures in a row", provider.failures === 0 ? "" : String(provider.failures)],
    ["Last error", error === "" ? "" : `${formatTime(provider.last_error_at)} ${error}`.trim()],
    ["Next probe", formatTime(provider.next_probe_at)],
    ["Models", `${models.enabled} of ${models.total} enabled, ${models.new} new, ${models.stale} stale`],
    ["Discovered", formatTime(provider.discovered_at)],
    ["Next discovery", formatTime(provider.next_discovery_at)],
    ["First byte", timeouts.first_byte_seconds === null ? "" : `within ${timeouts.first_byte_seconds} s`],
    ["Connection", timeouts.connect_seconds === null ? "" : `within ${timeouts.connect_seconds} s`],
    ["Silence", timeouts.idle_seconds === null ? "" : `at most ${timeouts.idle_seconds} s`],
    ...Object.entries(provider.options).map(([name, value]) => [`Option ${name}`, String(value)] as const),
  ];
}

function secretsOf(provider: ProviderBody) {
  return [
    ...Object.entries(provider.credentials).map(([field, about]) => ({ field, ...about })),
    ...Object.entries(provider.headers).map(([name, about]) => ({ field: `header ${name}`, ...about })),
  ];
}
