import { readFile } from "node:fs/promises";
import { isCancel, password } from "@clack/prompts";
import { CliError, usageError } from "../cli-error.ts";
import { readStdin } from "./read-stdin.ts";

/**
 * Reads a secret from where the user says: `env:NAME`, `file:PATH`, or `-` (asked for without echo, or standard input).
 * A secret itself on the command line is refused without being repeated: others see command lines.
 */
export async function readSecret(source: string, what: string): Promise<string> {
  const value = (await lookUp(source, what)).replace(/\r?\n$/, "");
  if (value === "") throw new CliError(`${what} is empty`);
  return value;
}

async function lookUp(source: string, what: string): Promise<string> {
  if (source.startsWith("env:")) {
    const name = source.slice(4);
    const value = process.env[name];
    if (value === undefined) throw new CliError(`the environment variable ${name} is not set`);
    return value;
  }
  if (source.startsWith("file:")) {
    const path = source.slice(5);
    return readFile(path, "utf8").catch(() => {
      throw new CliError(`the file ${path} cannot be read`);
    });
  }
  if (source === "-") return process.stdin.isTTY ? askSecret(what) : readStdin();
  throw usageError(`${what} must not stand on the command line; write env:NAME, file:PATH or - instead`);
}

/** Asks for a secret without echo. */
export async function askSecret(what: string): Promise<string> {
  const answer = await password({ message: `${what}:`, output: process.stderr });
  if (isCancel(answer)) throw new CliError("cancelled; nothing was changed");
  return answer ?? "";
}
