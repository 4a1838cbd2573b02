import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findMember, findOpenInvitation } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { print, printJson } from "../output/terminal.ts";

/** Takes a member out, or revokes an invitation. */
export const membersRemoveCommand = defineCliCommand({
  summary: "Take a member out of the organization, or revoke an invitation",
  args: {
    email: { type: "positional", required: true, description: "Email address or id" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock members remove ann@example.com", "penstock members remove ann@example.com --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const invitation = await findOpenInvitation(api, args.email);
    const { id, email } = invitation ?? (await findMember(api, args.email));
    const what = invitation === undefined ? `Take ${email} out` : `Revoke the invitation of ${email}`;
    await requireConsent(`${what}?`, { yes: args.yes === true });
    await api.call(`/${invitation === undefined ? "members" : "invitations"}/${id}`, { method: "DELETE" });
    if (args.json) printJson({ id, email, removed: true });
    else print(invitation === undefined ? `Removed ${email}.` : `Revoked the invitation of ${email}.`);
  },
});
