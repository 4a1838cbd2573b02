import type { ConnectorBody } from "../../api/schemas/connector.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

/** Lists what can be connected and how. */
export const connectionsServicesCommand = defineCliCommand({
  summary: "List the services that can be connected",
  args: personArgs,
  examples: ["penstock connections services"],
  async run({ args }) {
    const api = new ApiClient(await connectPerson(args));
    const { data } = await api.call<{ data: ConnectorBody[] }>("/connectors");
    if (args.json) {
      printJson(data);
      return;
    }
    print(
      formatTable(data, [
        { title: "SERVICE", value: ({ id }) => id },
        { title: "KEY", value: ({ credential_form }) => credential_form.map(({ name }) => name).join(", ") },
        { title: "SIGN-IN", value: signInOf },
        { title: "WHAT FOR", value: ({ description }) => description },
      ]),
    );
  },
});

function signInOf({ oauth }: ConnectorBody): string {
  if (oauth === null) return "no";
  return oauth.available ? "yes" : "not configured";
}
