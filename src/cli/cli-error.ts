/** Ends a command with one line on stderr and an exit code: 2 when the command line is wrong, 1 for everything else. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: 1 | 2;
  /** Further lines: every problem of a refused input. */
  readonly details: readonly string[];

  constructor(message: string, options: { exitCode?: 1 | 2; details?: readonly string[] } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? 1;
    this.details = options.details ?? [];
  }
}

/** The command line is wrong; `message` says what to change. */
export function usageError(message: string): CliError {
  return new CliError(message, { exitCode: 2 });
}
