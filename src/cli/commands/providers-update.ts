import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findProvider } from "../find-by-name.ts";
import { parseAssignments, toOptionValue } from "../input/assignments.ts";
import { repeated } from "../input/check-arguments.ts";
import { readSecret } from "../input/secret-source.ts";
import { withProgress } from "../output/progress.ts";
import { print, printJson } from "../output/terminal.ts";

const updateArgs = {
  name: { type: "positional", required: true, description: "Provider name or id" },
  rename: { type: "string", valueHint: "NAME", description: "Another name; what names its models follows" },
  "base-url": { type: "string", valueHint: "URL", description: "Where the vendor answers, or default" },
  credential: {
    type: "string",
    valueHint: "FIELD=SOURCE",
    description: "Another value, read from env:NAME, file:PATH or - (stdin); repeatable",
  },
  "clear-credential": { type: "string", valueHint: "FIELD", description: "A value to forget; repeatable" },
  option: { type: "string", valueHint: "NAME=VALUE", description: "An option of the driver; repeatable" },
  "clear-option": { type: "string", valueHint: "NAME", description: "Back to the default; repeatable" },
  priority: { type: "string", valueHint: "N", description: "Lower is tried first" },
  "quota-group": {
    type: "string",
    valueHint: "WORD",
    description: "Providers with the same word share a quota at their vendor; none: it shares with no other",
  },
  validate: {
    type: "boolean",
    default: true,
    description: "Ask the vendor before saving, when that may answer otherwise now",
    negativeDescription: "Save although the vendor cannot be asked",
  },
  ...connectionArgs,
} as const;

/** Changes a provider; what is not named stays, and a credential that the vendor refuses is not saved. */
export const providersUpdateCommand = defineCliCommand({
  summary: "Change a provider: its key, endpoint, options, name",
  args: updateArgs,
  repeatable: ["credential", "clear-credential", "option", "clear-option"],
  examples: [
    "penstock providers update anthropic-prod --credential api_key=env:NEW_KEY",
    "penstock providers update vllm --base-url http://10.0.0.6:8000/v1 --credential api_key=env:VLLM_KEY",
    "penstock providers update backup --priority 200",
  ],
  async run({ args, rawArgs }) {
    const all = (name: string) => repeated(rawArgs, { name, args: updateArgs });
    const { priority, rename, "base-url": baseUrl, "quota-group": quotaGroup } = args;
    if (priority !== undefined && !/^\d{1,7}$/.test(priority))
      throw usageError("--priority must be a whole number, 0 or more");
    const sources = parseAssignments(all("credential"), "--credential");
    const credentials: Record<string, string | null> = cleared(all("clear-credential"));
    const options = {
      ...cleared(all("clear-option")),
      ...Object.fromEntries(
        [...parseAssignments(all("option"), "--option")].map(([name, text]) => [name, toOptionValue(text)]),
      ),
    };
    for (const [field, source] of sources) {
      credentials[field] = await readSecret(source, `the credential ${field}`);
    }
    const body = {
      ...(rename !== undefined && { name: rename }),
      ...(baseUrl !== undefined && { base_url: baseUrl === "default" ? null : baseUrl }),
      ...(Object.keys(credentials).length > 0 && { credentials }),
      ...(Object.keys(options).length > 0 && { options }),
      ...(priority !== undefined && { priority: Number(priority) }),
      ...(quotaGroup !== undefined && { quota_group: quotaGroup === "none" ? null : quotaGroup }),
    };
    if (Object.keys(body).length === 0)
      throw usageError("say what to change; see `penstock providers update --help`");
    const api = new ApiClient(await connectAdmin(args));
    const { id, name } = await findProvider(api, args.name);
    const provider = await withProgress(`changing ${name}`, () =>
      // Said only when it is refused: by itself the server knows which changes the vendor must be asked about.
      api.call<ProviderBody>(`/providers/${id}`, {
        method: "PATCH",
        query: { validate: args.validate ? undefined : false },
        body,
      }),
    );
    if (args.json) printJson(provider);
    else print(`Changed ${provider.name}: ${provider.status}.`);
  },
});

function cleared(names: readonly string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
