import type { MemberBody } from "../../api/schemas/member.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findMember } from "../find-by-name.ts";
import { parseRole, roleArg } from "../input/role.ts";
import { print, printJson } from "../output/terminal.ts";

/** Gives a member another role. */
export const membersRoleCommand = defineCliCommand({
  summary: "Give a member another role",
  args: {
    email: { type: "positional", required: true, description: "Email address or id" },
    role: { ...roleArg, type: "positional", required: true },
    ...connectionArgs,
  },
  examples: ["penstock members role ann@example.com viewer"],
  async run({ args }) {
    const role = parseRole(args.role);
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findMember(api, args.email);
    const member = await api.call<MemberBody>(`/members/${id}`, { method: "PATCH", body: { role } });
    if (args.json) printJson(member);
    else print(`${member.email} is ${member.role} now.`);
  },
});
