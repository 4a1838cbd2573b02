import type { ConnectionBody } from "../../api/schemas/connection.ts";
import type { ConnectorBody } from "../../api/schemas/connector.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { parseAssignments } from "../input/assignments.ts";
import { repeated } from "../input/check-arguments.ts";
import { askSecret, readSecret } from "../input/secret-source.ts";
import { withProgress } from "../output/progress.ts";
import { print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

const addArgs = {
  service: { type: "positional", required: true, description: "github, slack, daytona or generic" },
  name: { type: "string", valueHint: "NAME", description: "Its name; the service's when left out" },
  credential: {
    type: "string",
    valueHint: "FIELD=SOURCE",
    description:
      "Where a credential field is read from: env:NAME, file:PATH or - (asked for, or stdin); repeatable",
  },
  option: { type: "string", valueHint: "NAME=VALUE", description: "An option of the service; repeatable" },
  ...personArgs,
} as const;

/** Connects a service by a key; the server asks the service whose it is before it saves anything. */
export const connectionsAddCommand = defineCliCommand({
  summary: "Connect a service by a key",
  args: addArgs,
  repeatable: ["credential", "option"],
  examples: [
    "penstock connections add github --credential token=env:GITHUB_TOKEN",
    "penstock connections add generic --name wiki --credential api_key=- --option verify_url=https://wiki.example.com/api/me",
  ],
  async run({ args, rawArgs }) {
    const all = (name: string) => repeated(rawArgs, { name, args: addArgs });
    const sources = parseAssignments(all("credential"), "--credential");
    const options = parseAssignments(all("option"), "--option");
    const api = new ApiClient(await connectPerson(args));
    const connector = await api.call<ConnectorBody>(`/connectors/${encodeURIComponent(args.service)}`);
    const credentials = await readCredentials(sources, connector);
    const connection = await withProgress(`asking ${connector.label}`, () =>
      api.call<ConnectionBody>("/connections", {
        method: "POST",
        body: {
          connector: connector.id,
          credentials,
          options: Object.fromEntries(options),
          ...(args.name !== undefined && { name: args.name }),
        },
      }),
    );
    if (args.json) printJson(connection);
    else
      print(
        `Connected ${connection.name}${connection.account.name ? ` as ${connection.account.name}` : ""}.`,
      );
  },
});

/** Reads what is given; on a terminal, asks for required secrets that are not. */
async function readCredentials(
  sources: ReadonlyMap<string, string>,
  { id, credential_form }: ConnectorBody,
): Promise<Record<string, string>> {
  const credentials: Record<string, string> = {};
  for (const [field, source] of sources) {
    if (!credential_form.some(({ name }) => name === field)) {
      const known = credential_form.map(({ name }) => name).join(", ");
      throw usageError(`${id} has no such credential field; it has: ${known}`);
    }
    credentials[field] = await readSecret(source, `the credential ${field}`);
  }
  for (const { name, label, required } of credential_form) {
    if (required && credentials[name] === undefined && process.stdin.isTTY)
      credentials[name] = await askSecret(label);
  }
  return credentials;
}
