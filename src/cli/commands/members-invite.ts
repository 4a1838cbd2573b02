import type { CreatedInvitationBody } from "../../api/schemas/invitation.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { parseRole, roleArg } from "../input/role.ts";
import { formatTime } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Makes an invitation and prints its link, this once. */
export const membersInviteCommand = defineCliCommand({
  summary: "Invite somebody; prints the link to hand over",
  args: {
    email: { type: "positional", required: true, description: "Email address" },
    role: { ...roleArg, default: "member" },
    ...connectionArgs,
  },
  examples: [
    "penstock members invite ann@example.com",
    "penstock members invite ann@example.com --role viewer",
  ],
  async run({ args }) {
    const body = { email: args.email, role: parseRole(args.role) };
    const api = new ApiClient(await connectAdmin(args));
    const made = await api.call<CreatedInvitationBody>("/invitations", { method: "POST", body });
    if (args.json) {
      printJson(made);
      return;
    }
    note(`Invited ${made.email} as ${made.role}. The link works once, until ${formatTime(made.expires_at)}:`);
    print(made.url);
  },
});
