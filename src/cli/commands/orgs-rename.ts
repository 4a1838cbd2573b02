import type { OrgBody } from "../../api/schemas/org.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { print, printJson } from "../output/terminal.ts";

/** Renames the caller's organization. */
export const orgsRenameCommand = defineCliCommand({
  summary: "Rename the key's organization",
  args: {
    name: { type: "positional", required: true, description: "The new name" },
    ...connectionArgs,
  },
  examples: ["penstock orgs rename acme"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const [org, ...others] = await api.list<OrgBody>("/orgs");
    if (org === undefined || others.length > 0)
      throw new CliError("this key belongs to no single organization; use one that does");
    const renamed = await api.call<OrgBody>(`/orgs/${org.id}`, {
      method: "PATCH",
      body: { name: args.name },
    });
    if (args.json) printJson(renamed);
    else print(`Renamed ${org.name} to ${renamed.name}.`);
  },
});
