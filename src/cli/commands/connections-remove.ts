import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { findConnection } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

/** Forgets a connection with its credential. */
export const connectionsRemoveCommand = defineCliCommand({
  summary: "Forget a connection and its credential",
  args: {
    name: { type: "positional", required: true, description: "Name or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...personArgs,
  },
  examples: ["penstock connections remove github", "penstock connections remove github --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectPerson(args));
    const { id, name } = await findConnection(api, args.name);
    await requireConsent(`Forget the connection ${name}?`, { yes: args.yes === true });
    await api.call(`/connections/${id}`, { method: "DELETE" });
    if (args.json) printJson({ id, name, removed: true });
    else print(`Forgot ${name}.`);
  },
});
