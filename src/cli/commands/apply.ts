import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { ConfigAppliedBody, ConfigPlanBody } from "../../api/schemas/config.ts";
import { parseConfig } from "../../services/config/document/parse-config.ts";
import { resolveReferences } from "../../services/config/document/resolve-references.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { requireConsent } from "../input/confirm.ts";
import { formatPlan } from "../output/plan.ts";
import { withProgress } from "../output/progress.ts";
import { note, print, printJson } from "../output/terminal.ts";

/** Configuration as code: shows what a file would change, then makes it so. */
export const applyCommand = defineCliCommand({
  summary: "Make the organization what a configuration file says",
  args: {
    file: { type: "string", alias: "f", required: true, valueHint: "FILE", description: "The YAML file" },
    "dry-run": { type: "boolean", description: "Show what would change and stop" },
    yes: { type: "boolean", alias: "y", description: "Do not ask; needed where nobody can be asked" },
    ...connectionArgs,
  },
  examples: [
    "penstock apply -f penstock.yaml",
    "penstock apply -f penstock.yaml --dry-run",
    "penstock apply -f penstock.yaml --yes --json",
  ],
  async run({ args }) {
    const body = await readBody(args.file);
    const api = new ApiClient(await connectAdmin(args));
    const plan = await withProgress("planning", () =>
      api.call<ConfigPlanBody>("/config/plan", { method: "POST", body }),
    );
    const changes = plan.steps.filter(({ action }) => action !== "unchanged");
    if (!args.json) print(formatPlan(plan.steps));
    if (args["dry-run"] || changes.length === 0) {
      if (args.json) printJson({ ...plan, applied: false });
      return;
    }
    await requireConsent("Apply this?", { yes: args.yes === true });
    const applied = await withProgress("trying credentials and applying", () =>
      api.call<ConfigAppliedBody>("/config/apply", {
        method: "POST",
        body: { ...body, expected_plan: plan.plan },
      }),
    );
    if (args.json) printJson({ ...applied, applied: true });
    else showApplied(applied);
  },
});

/** References are looked up here, where the user is; the server gets their values only. */
async function readBody(path: string) {
  const content = await readFile(path, "utf8").catch(() => {
    throw new CliError(`the file ${path} cannot be read`);
  });
  const document = parseConfig(content, { file: path });
  const values = await resolveReferences(document, {
    env: (name) => process.env[name],
    file: (name) => readFile(resolve(dirname(path), name), "utf8").catch(() => undefined),
  });
  return {
    file: basename(path),
    content,
    values: Object.fromEntries([...values].map(([id, value]) => [id, value.reveal()])),
  };
}

function showApplied(applied: ConfigAppliedBody): void {
  print("");
  print("Applied.");
  if (applied.keys.length > 0) {
    print("");
    print("New keys, shown this once:");
    for (const { org, name, value } of applied.keys) print(`  ${name} (org ${org})  ${value}`);
  }
  for (const warning of applied.warnings) note(`warning: ${warning}`);
}
