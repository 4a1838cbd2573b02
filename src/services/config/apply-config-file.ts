import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ApplyConfigInput, type ApplyConfigResult, applyConfig } from "./apply-config.ts";
import { changesOf } from "./config-plan.ts";
import { parseConfig } from "./document/parse-config.ts";
import { resolveReferences } from "./document/resolve-references.ts";

const attempts = 5;

export interface ApplyConfigFileInput {
  readonly path: string;
  /** Where `{ env: NAME }` is looked up; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Applies the operator's own file (`PENSTOCK_CONFIG`), which may touch and create every org. It generates no keys:
 * a start's output goes to logs, so nobody should see them there. Throws as `applyConfig` does, and
 * `config_invalid` when the file cannot be read.
 */
export async function applyConfigFile(
  ctx: ServiceContext,
  { path, env = process.env }: ApplyConfigFileInput,
): Promise<ApplyConfigResult> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PenstockError("config_invalid", {
      fields: { file: path, line: 1, column: 1, reason: "the file cannot be read" },
      cause,
    });
  });
  const document = parseConfig(text, { file: path });
  const values = await resolveReferences(document, {
    env: (name) => env[name],
    file: (name) => readFile(resolve(dirname(path), name), "utf8").catch(() => undefined),
  });
  const result = await applyDespiteOthers(ctx, { document, values });
  for (const { action, kind, org, name } of changesOf(result.plan)) {
    ctx.log({
      level: "info",
      event: "config_applied",
      fields: { file: result.file, action, kind, org, name },
    });
  }
  for (const warning of result.warnings) {
    ctx.log({ level: "warn", event: "config_warning", fields: { file: result.file, warning } });
  }
  return result;
}

/** Replicas that start together apply the same file: whoever comes second plans again, and finds it done. */
async function applyDespiteOthers(
  ctx: ServiceContext,
  file: Pick<ApplyConfigInput, "document" | "values">,
): Promise<ApplyConfigResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyConfig(ctx, { ...file, orgId: undefined, dryRun: false, mayGenerateKeys: false });
    } catch (error) {
      const overtaken = error instanceof PenstockError && error.code === "conflict";
      if (!overtaken || attempt === attempts) throw error;
    }
  }
}
