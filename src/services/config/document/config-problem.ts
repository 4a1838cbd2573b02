import { PenstockError } from "../../../errors/penstock-error.ts";
import type { ConfigDocument, Position } from "./config-document.ts";

export interface ConfigProblem {
  readonly position: Position;
  /** Says what to change; never holds a value from the file. */
  readonly message: string;
}

/** The error that refuses a whole file: `config_invalid` with every problem as `file:line:column` in its `path`. */
export function configInvalid(file: string, problems: readonly ConfigProblem[]): PenstockError {
  const sorted = [...problems].sort(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
  const first = sorted[0] ?? { position: { line: 1, column: 1 }, message: "the file is not valid" };
  const more = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : "";
  return new PenstockError("config_invalid", {
    fields: { file, ...first.position, reason: first.message + more },
    problems: sorted.map(({ position, message }) => ({
      path: `${file}:${position.line}:${position.column}`,
      message,
    })),
  });
}

/** The position of `pointer`, or of the nearest ancestor that stands in the file. */
export function positionOf(document: Pick<ConfigDocument, "positions">, pointer: string): Position {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const position = document.positions.get(path);
    if (position) return position;
  }
  return { line: 1, column: 1 };
}

/** One token of a JSON pointer (RFC 6901). */
export function pointerToken(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}
