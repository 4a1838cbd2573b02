import type { CreatedKeyBody } from "../../api/schemas/key.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findKey } from "../find-by-name.ts";
import { requireConsent } from "../input/confirm.ts";
import { parseDuration } from "../input/duration.ts";
import { formatTime } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Gives a key a new value and prints it, this once. */
export const keysRotateCommand = defineCliCommand({
  summary: "Give a key a new value; the old one works on for a while",
  args: {
    name: { type: "positional", required: true, description: "Key name or id" },
    grace: {
      type: "string",
      valueHint: "SPAN",
      description: "How long the old value works on: 24h (default), 7d, at most 30d; 0 ends it at once",
    },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: ["penstock keys rotate ci", "penstock keys rotate ci --grace 7d --yes"],
  async run({ args }) {
    const grace = args.grace === undefined ? undefined : parseDuration(args.grace, "--grace");
    const api = new ApiClient(await connectAdmin(args));
    const { id, name, preview } = await findKey(api, args.name);
    await requireConsent(`Replace the value of ${name} (${preview})?`, { yes: args.yes === true });
    const key = await api.call<CreatedKeyBody>(`/keys/${id}/rotate`, {
      method: "POST",
      body: grace === undefined ? {} : { grace_seconds: grace },
    });
    if (args.json) {
      printJson(key);
      return;
    }
    const until = key.previous_valid_until;
    note(
      until === null
        ? `Key ${name} has a new value and the old one has ended; it is shown this once:`
        : `Key ${name} has a new value, and the old one works until ${formatTime(until)}; it is shown this once:`,
    );
    print(key.value);
  },
});
