import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { requireConsent } from "../input/confirm.ts";
import { findLimit, formatSubject, subjectHint } from "../input/limit-subject.ts";
import { print, printJson } from "../output/terminal.ts";

/** Ends a limit; the others that hold for the subject stay. */
export const limitsRemoveCommand = defineCliCommand({
  summary: "End a limit",
  args: {
    subject: { type: "positional", required: true, description: subjectHint },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock limits remove key/ci", "penstock limits remove agent/scout --yes"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const limit = await findLimit(api, args.subject);
    await requireConsent(`End the limit of ${formatSubject(limit)}?`, { yes: args.yes === true });
    await api.call(`/limits/${limit.id}`, { method: "DELETE" });
    if (args.json) printJson({ id: limit.id, subject: limit.subject, removed: true });
    else print(`The limit of ${formatSubject(limit)} is ended.`);
  },
});
