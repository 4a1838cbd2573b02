import type { SecretsStatusBody } from "../../api/schemas/secrets.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatCount, formatTime } from "../output/format.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Says what protects the stored secrets; exit code 1 when one of them cannot be opened. */
export const secretsStatusCommand = defineCliCommand({
  summary: "Show what protects the stored secrets, and whether all of them open",
  args: connectionArgs,
  examples: ["penstock secrets status", "penstock secrets status --json"],
  async run({ args }) {
    const status = await new ApiClient(await connectAdmin(args)).call<SecretsStatusBody>("/secrets");
    const { values } = status;
    if (args.json) printJson(status);
    else {
      print(`Key-encryption keys: ${status.key_encryption_keys.join(", ")}`);
      print(
        formatTable(status.master_keys, [
          { title: "MASTER KEY", value: ({ id }) => id },
          { title: "WRAPPED BY", value: ({ wrapped_by }) => wrapped_by },
          { title: "MADE", value: ({ created_at }) => formatTime(created_at) },
        ]),
      );
      print(
        `${formatCount(values.total, "value")}: ${values.current} under the newest master key, ${values.older} under older ones`,
      );
    }
    if (values.unreadable.length === 0) return;
    throw new CliError(`${formatCount(values.unreadable.length, "value")} cannot be opened`, {
      details: values.unreadable.map(({ what, reason }) => `${what}: ${reason}`),
    });
  },
});
