import type { AuditVerificationBody } from "../../api/schemas/audit.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError, usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { auditFilterArgs } from "../input/audit-filter.ts";
import { formatCount } from "../output/format.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Proves that the audit log is whole; exit code 1 when it is not. */
export const auditVerifyCommand = defineCliCommand({
  summary: "Prove that the audit log is whole",
  args: {
    "expect-head": {
      type: "string",
      valueHint: "HEAD",
      description: "What an earlier run printed: nothing up to it may have been cut off",
    },
    instance: auditFilterArgs.instance,
    ...connectionArgs,
  },
  examples: ["penstock audit verify", "penstock audit verify --expect-head $(cat head)"],
  async run({ args }) {
    const expected = args["expect-head"];
    if (expected !== undefined && !/^[0-9a-f]{64}$/.test(expected)) {
      throw usageError("--expect-head must be what `penstock audit verify` printed: 64 hex digits");
    }
    const api = new ApiClient(await connectAdmin(args));
    const found = await api.call<AuditVerificationBody>("/audit/verify", {
      query: { expect_head: expected, instance: args.instance },
    });
    if (args.json) printJson(found);
    if (!found.intact) throw broken(found);
    if (args.json) return;
    note(`The audit log is whole: ${formatCount(found.events, "act")}. Its head, to be kept elsewhere:`);
    if (found.head !== null) print(found.head);
  },
});

function broken({ broken_at, events }: AuditVerificationBody): CliError {
  if (broken_at === null) {
    return new CliError("the audit log was cut off: the expected head is not in it", {
      details: [`${formatCount(events, "act")} are in place`],
    });
  }
  return new CliError(`the audit log is broken at act ${broken_at.seq} (${broken_at.id})`, {
    details: [
      "it was altered, or one before it is missing",
      `${formatCount(events, "act")} before it are in place`,
    ],
  });
}
