import { confirm, isCancel } from "@clack/prompts";
import { CliError, usageError } from "../cli-error.ts";

/** Asks on a terminal; elsewhere `--yes` must have been given. Throws when the answer is no. */
export async function requireConsent(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError("this is not a terminal, so nobody can be asked; add --yes to go on");
  }
  const answer = await confirm({ message: question, output: process.stderr });
  if (isCancel(answer) || !answer) throw new CliError("cancelled; nothing was changed");
}
