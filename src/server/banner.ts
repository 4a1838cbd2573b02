import { relative } from "node:path";
import type { BootstrapFile } from "../services/bootstrap/first-start.ts";

export interface BannerOptions {
  readonly url: string;
  /** Path of bootstrap.json; it may be gone since the first start. Undefined where this process makes none. */
  readonly bootstrapPath: string | undefined;
  /** What the first start made; undefined on later starts. */
  readonly created: BootstrapFile | undefined;
  /** Secrets are printed to a person only, never into a log. */
  readonly toTerminal: boolean;
}

/** What the server says when it is up. */
export function banner({ url, bootstrapPath, created, toTerminal }: BannerOptions): string {
  const lines = [`Penstock serves on ${url}`];
  if (bootstrapPath === undefined) return `${lines.join("\n")}\n`;
  const path = relative(process.cwd(), bootstrapPath) || bootstrapPath;
  if (created !== undefined) {
    lines.push("", `First start: the keys are in ${path} (readable by you alone).`);
    if (toTerminal) {
      lines.push(
        `  gateway key   ${created.gateway_key}`,
        `  gateway URL   ${created.gateway_url}   (for code that sends no key)`,
        `  admin key     ${created.admin_key}`,
        `  setup         ${created.setup_url}`,
      );
    }
    lines.push("", "Try it:", curl(url, path));
  }
  return `${lines.join("\n")}\n`;
}

/** Works as it stands: the key is read from the file, so that it stands in no history and no log. */
function curl(url: string, path: string): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  const key = `$(sed -n 's/.*"gateway_key": *"\\([^"]*\\)".*/\\1/p' ${quoted})`;
  const body = JSON.stringify({ model: "playground-llm", messages: [{ role: "user", content: "Hello" }] });
  return `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '${body}'`;
}
