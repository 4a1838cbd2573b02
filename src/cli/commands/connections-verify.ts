import type { VerificationBody } from "../../api/schemas/connection.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { findConnection } from "../find-by-name.ts";
import { withProgress } from "../output/progress.ts";
import { print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

/** Asks a service again whose credential it is; fails when it does not say. */
export const connectionsVerifyCommand = defineCliCommand({
  summary: "Ask a service whether a connection still works",
  args: { name: { type: "positional", required: true, description: "Name or id" }, ...personArgs },
  examples: ["penstock connections verify github"],
  async run({ args }) {
    const api = new ApiClient(await connectPerson(args));
    const { id, name } = await findConnection(api, args.name);
    const found = await withProgress(`asking ${name}`, () =>
      api.call<VerificationBody>(`/connections/${id}/verify`, { method: "POST" }),
    );
    if (args.json) printJson(found);
    else if (found.valid)
      print(`${name} works${found.connection.account.name ? ` as ${found.connection.account.name}` : ""}.`);
    if (!found.valid) throw new CliError(`${name} does not work (${found.failure}): ${found.reason}`);
  },
});
