import type { CreatedPasswordResetBody } from "../../api/schemas/password-reset.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findMember } from "../find-by-name.ts";
import { formatTime } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Makes a link for a forgotten password and prints it, this once. */
export const membersResetPasswordCommand = defineCliCommand({
  summary: "Let somebody set a new password; prints the link to hand over",
  args: {
    email: { type: "positional", required: true, description: "Email address or id" },
    ...connectionArgs,
  },
  examples: ["penstock members reset-password ann@example.com"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const { id } = await findMember(api, args.email);
    const made = await api.call<CreatedPasswordResetBody>(`/members/${id}/password-reset`, {
      method: "POST",
    });
    if (args.json) {
      printJson(made);
      return;
    }
    note(`${made.email} can set a new password. The link works once, until ${formatTime(made.expires_at)}:`);
    print(made.url);
  },
});
