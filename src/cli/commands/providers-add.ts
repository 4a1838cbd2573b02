import type { DriverBody } from "../../api/schemas/driver.ts";
import type { ProviderBody } from "../../api/schemas/provider.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError, usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { parseAssignments, toOptionValue } from "../input/assignments.ts";
import { repeated } from "../input/check-arguments.ts";
import { askSecret, readSecret } from "../input/secret-source.ts";
import { formatCount } from "../output/format.ts";
import { withProgress } from "../output/progress.ts";
import { note, print, printJson } from "../output/terminal.ts";

const addArgs = {
  name: { type: "positional", required: true, description: "Its name, e.g. anthropic-prod" },
  driver: { type: "string", required: true, valueHint: "DRIVER", description: "What kind of vendor it is" },
  "base-url": {
    type: "string",
    valueHint: "URL",
    description: "Where the vendor answers; else the driver's own",
  },
  credential: {
    type: "string",
    valueHint: "FIELD=SOURCE",
    description:
      "Where a credential field is read from: env:NAME, file:PATH or - (asked for, or stdin); repeatable",
  },
  option: { type: "string", valueHint: "NAME=VALUE", description: "An option of the driver; repeatable" },
  model: {
    type: "string",
    valueHint: "ID",
    description: "A model to enable, by the vendor's id; repeatable",
  },
  priority: { type: "string", valueHint: "N", description: "Lower is tried first (100)" },
  "quota-group": {
    type: "string",
    valueHint: "WORD",
    description: "Providers with the same word share a quota at their vendor",
  },
  validate: {
    type: "boolean",
    default: true,
    description: "Try the credential before saving",
    negativeDescription: "Save although the vendor cannot be asked",
  },
  discover: {
    type: "boolean",
    default: true,
    description: "Ask the vendor for its models",
    negativeDescription: "Do not ask the vendor for its models",
  },
  ...connectionArgs,
} as const;

/** Registers a provider; the server tries the credential before it saves anything. */
export const providersAddCommand = defineCliCommand({
  summary: "Register a provider",
  args: addArgs,
  repeatable: ["credential", "option", "model"],
  examples: [
    "penstock providers add anthropic-prod --driver anthropic --credential api_key=env:ANTHROPIC_API_KEY",
    "penstock providers add vllm --driver openai_completions --base-url http://10.0.0.5:8000/v1 --model qwen3",
    "penstock providers add backup --driver anthropic --credential api_key=-",
  ],
  async run({ args, rawArgs }) {
    const all = (name: string) => repeated(rawArgs, { name, args: addArgs });
    const priority = toPriority(args.priority);
    const sources = parseAssignments(all("credential"), "--credential");
    const options = parseAssignments(all("option"), "--option");
    const api = new ApiClient(await connectAdmin(args));
    const driver = await findDriver(api, args.driver);
    const credentials = await readCredentials(sources, driver);
    const provider = await withProgress(`registering ${args.name}`, () =>
      api.call<ProviderBody>("/providers", {
        method: "POST",
        query: { validate: args.validate, discover: args.discover },
        body: {
          name: args.name,
          driver: args.driver,
          credentials,
          options: Object.fromEntries([...options].map(([name, text]) => [name, toOptionValue(text)])),
          models: all("model"),
          ...(args["base-url"] !== undefined && { base_url: args["base-url"] }),
          ...(priority !== undefined && { priority }),
          ...(args["quota-group"] !== undefined && { quota_group: args["quota-group"] }),
        },
      }),
    );
    if (args.json) {
      printJson(provider);
      return;
    }
    const { total, enabled } = provider.models;
    print(
      `Registered ${provider.name}: ${provider.status}, ${formatCount(total, "model")}, ${enabled} enabled.`,
    );
    if (provider.last_error) note(`warning: ${provider.last_error}`);
    if (total > enabled)
      print("`penstock models list` shows them, `penstock models enable NAME` enables one.");
  },
});

function toPriority(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/.test(text)) throw usageError("--priority must be a whole number, 0 or more");
  return Number(text);
}

async function findDriver(api: ApiClient, id: string): Promise<DriverBody> {
  const { data } = await api.call<{ data: DriverBody[] }>("/drivers");
  const driver = data.find((known) => known.id === id);
  if (!driver) {
    throw new CliError(`there is no driver \`${id}\`; there are ${data.map((known) => known.id).join(", ")}`);
  }
  return driver;
}

/** Reads what is given; on a terminal, asks for required secrets that are not. */
async function readCredentials(
  sources: ReadonlyMap<string, string>,
  driver: DriverBody,
): Promise<Record<string, string>> {
  if ([...sources.values()].filter((source) => source === "-").length > 1 && !process.stdin.isTTY) {
    throw usageError("only one credential can be read from standard input");
  }
  const credentials: Record<string, string> = {};
  for (const [field, source] of sources) {
    if (!driver.credential_form.some(({ name }) => name === field)) {
      const known = driver.credential_form.map(({ name }) => name).join(", ") || "none";
      throw usageError(`the driver \`${driver.id}\` has no such credential field; it has: ${known}`);
    }
    credentials[field] = await readSecret(source, `the credential ${field}`);
  }
  for (const { name, label, required } of driver.credential_form) {
    if (required && credentials[name] === undefined && process.stdin.isTTY) {
      credentials[name] = await askSecret(label);
    }
  }
  return credentials;
}
