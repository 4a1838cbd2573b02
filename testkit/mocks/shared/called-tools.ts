/** What decides which tools a mock calls. */
export interface CalledToolsOptions<T> {
  /** The user's last words. */
  readonly said: string;
  readonly nameOf: (tool: T) => string;
  /** False: the client wants one call at a time. */
  readonly parallel?: boolean | undefined;
  /** How many it calls when the user named none; the first unless told. */
  readonly unnamed?: "first" | "all";
}

/** The tools a mock calls out of those it may: the ones whose names the user wrote, else the first or all. */
export function calledTools<T>(
  tools: readonly T[],
  { said, nameOf, parallel = true, unnamed = "first" }: CalledToolsOptions<T>,
): readonly T[] {
  const words = new Set(said.split(/[^A-Za-z0-9_]+/));
  const mentioned = tools.filter((tool) => words.has(nameOf(tool)));
  const called = mentioned.length > 0 ? mentioned : unnamed === "all" ? tools : tools.slice(0, 1);
  return parallel ? called : called.slice(0, 1);
}
