import type { InvitationBody } from "../../api/schemas/invitation.ts";
import type { MemberBody } from "../../api/schemas/member.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists the organization's people, and who is invited. */
export const membersListCommand = defineCliCommand({
  summary: "List members and open invitations",
  args: connectionArgs,
  examples: ["penstock members list", "penstock members list --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const members = await api.list<MemberBody>("/members");
    const invitations = await api.list<InvitationBody>("/invitations");
    if (args.json) {
      printJson({ members, invitations });
      return;
    }
    const rows = [
      ...members.map(({ email, role, name, created_at }) => ({
        email,
        role,
        state: "member",
        name,
        since: created_at,
      })),
      ...invitations.map(({ email, role, state, created_at }) => ({
        ...{
          email,
          role,
          state: state === "open" ? "invited" : "invitation expired",
          name: "",
          since: created_at,
        },
      })),
    ];
    print(
      formatTable(rows, [
        { title: "EMAIL", value: ({ email }) => email },
        { title: "ROLE", value: ({ role }) => role },
        { title: "STATE", value: ({ state }) => state },
        { title: "NAME", value: ({ name }) => name },
        { title: "SINCE", value: ({ since }) => formatTime(since) },
      ]),
    );
  },
});
