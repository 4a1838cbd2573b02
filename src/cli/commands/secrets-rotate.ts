import type { RotationBody } from "../../api/schemas/secrets.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatCount } from "../output/format.ts";
import { withProgress } from "../output/progress.ts";
import { print, printJson } from "../output/terminal.ts";

/** Re-wraps all stored secrets, batch by batch; begun again after an interruption it goes on. */
export const secretsRotateCommand = defineCliCommand({
  summary: "Re-wrap stored secrets under the newest master key",
  args: {
    "dry-run": { type: "boolean", description: "Open everything, say what would be done, change nothing" },
    "new-key": {
      type: "boolean",
      description: "Make a fresh master key although the key-encryption key is the same as before",
    },
    ...connectionArgs,
  },
  examples: [
    "penstock secrets rotate --dry-run",
    "penstock secrets rotate",
    "penstock secrets rotate --new-key",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const dryRun = args["dry-run"] === true;
    const total = await withProgress("rotating", () =>
      all(api, { dryRun, newKey: args["new-key"] === true }),
    );
    if (args.json) printJson({ ...total, dry_run: dryRun });
    else print(describe(total, dryRun));
    if (total.failed.length === 0) return;
    throw new CliError(`${formatCount(total.failed.length, "value")} cannot be opened and stay as they are`, {
      details: total.failed.map(({ what, reason }) => `${what}: ${reason}`),
    });
  },
});

type Total = Omit<RotationBody, "next">;

async function all(api: ApiClient, { dryRun, newKey }: { dryRun: boolean; newKey: boolean }): Promise<Total> {
  let total: Total | undefined;
  let from: RotationBody["next"] = null;
  do {
    const batch: RotationBody = await api.call<RotationBody>("/secrets/rotate", {
      method: "POST",
      body: { dry_run: dryRun, new_key: newKey, ...(from !== null && { from }) },
    });
    const { next, ...counts } = batch;
    total = total === undefined ? counts : add(total, counts);
    from = next;
  } while (from !== null);
  return total;
}

/** The master keys are renewed in the first batch. */
function add(total: Total, batch: Total): Total {
  return {
    master_keys: total.master_keys,
    total: total.total + batch.total,
    rewrapped: total.rewrapped + batch.rewrapped,
    current: total.current + batch.current,
    failed: [...total.failed, ...batch.failed],
  };
}

function describe({ master_keys: keys, rewrapped, current }: Total, dryRun: boolean): string {
  const [made, wrapped] = dryRun ? ["would be made", "would be wrapped anew"] : ["was made", "wrapped anew"];
  const lines = [
    keys.made ? `A fresh master key ${made}.` : "The master key is under the current key-encryption key.",
    ...(keys.rewrapped > 0 ? [`${formatCount(keys.rewrapped, "older master key")} ${wrapped}.`] : []),
    `${formatCount(rewrapped, "value")} ${wrapped}, ${current} current already.`,
  ];
  return lines.join("\n");
}
