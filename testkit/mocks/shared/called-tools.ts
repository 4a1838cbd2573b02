/** What decides which tools a mock calls. */
export interface CalledToolsOptions<T> {
  /** The user's last words. */
  readonly said: string;
  readonly nameOf: (tool: T) => string;
  /** False: the client wants one call at a time. */
  readonly parallel?: boolean | undefined;
}

/** The tools a mock calls out of those it may: the ones whose names the user wrote, else the first. */
export function calledTools<T>(
  tools: readonly T[],
  { said, nameOf, parallel = true }: CalledToolsOptions<T>,
): readonly T[] {
  const words = new Set(said.split(/[^A-Za-z0-9_]+/));
  const mentioned = tools.filter((tool) => words.has(nameOf(tool)));
  return mentioned.length > 1 && parallel ? mentioned : [...mentioned, ...tools].slice(0, 1);
}
