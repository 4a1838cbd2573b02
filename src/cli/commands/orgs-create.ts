import type { CreatedOrgBody } from "../../api/schemas/org.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Makes an organization and prints its owner's invitation, this once. */
export const orgsCreateCommand = defineCliCommand({
  summary: "Make an organization; prints the link for its owner",
  args: {
    name: { type: "positional", required: true, description: "Its name" },
    owner: { type: "string", required: true, valueHint: "EMAIL", description: "Who is invited as its owner" },
    ...connectionArgs,
  },
  examples: ["penstock orgs create research --owner ann@example.com"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const body = { name: args.name, owner_email: args.owner };
    const made = await api.call<CreatedOrgBody>("/orgs", { method: "POST", body });
    if (args.json) {
      printJson(made);
      return;
    }
    note(`Made ${made.name}.`);
    if (made.invitation === null) return;
    note(
      `The link for ${made.invitation.email} works once, until ${formatTime(made.invitation.expires_at)}:`,
    );
    print(made.invitation.url);
  },
});
