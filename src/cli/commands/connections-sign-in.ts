import type { BegunSignInBody } from "../../api/schemas/connection.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { findConnection } from "../find-by-name.ts";
import { note, print, printJson } from "../output/terminal.ts";
import { connectPerson, personArgs } from "../person-connection.ts";

/** Begins a sign-in at a service, which ends in the browser. */
export const connectionsSignInCommand = defineCliCommand({
  summary: "Connect a service by signing in there",
  args: {
    service: { type: "positional", required: true, description: "github, slack or generic" },
    name: { type: "string", valueHint: "NAME", description: "Its name; the service's when left out" },
    again: { type: "string", valueHint: "NAME", description: "A connection that is to be signed in again" },
    ...personArgs,
  },
  examples: ["penstock connections sign-in github", "penstock connections sign-in github --again github"],
  async run({ args }) {
    const api = new ApiClient(await connectPerson(args));
    const again = args.again === undefined ? undefined : await findConnection(api, args.again);
    const begun = await api.call<BegunSignInBody>("/connections/oauth/authorize", {
      method: "POST",
      body: {
        connector: args.service,
        ...(args.name !== undefined && { name: args.name }),
        ...(again !== undefined && { connection_id: again.id }),
      },
    });
    if (args.json) {
      printJson(begun);
      return;
    }
    note("Open this in a browser in which you are signed in to Penstock, within ten minutes:");
    print(begun.authorize_url);
  },
});
