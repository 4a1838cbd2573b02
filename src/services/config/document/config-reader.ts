import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter } from "yaml";
import type { Position } from "./config-document.ts";
import { type ConfigProblem, pointerToken } from "./config-problem.ts";

/** A value of the file, with where it stands. `node` undefined: it is not there. */
export interface Value {
  readonly node: unknown;
  readonly pointer: string;
  readonly position: Position;
}

/** Reads a YAML tree strictly, collecting problems instead of throwing so that all of them are reported at once. */
export class ConfigReader {
  readonly problems: ConfigProblem[] = [];
  readonly positions = new Map<string, Position>();
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  root(): Value {
    return this.#value(this.#document.contents, "", { line: 1, column: 1 });
  }

  problem(value: Value, message: string): undefined {
    this.problems.push({ position: value.position, message });
    return undefined;
  }

  at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The entries of a map in file order; undefined (and a problem) when the value is something else. */
  entries(value: Value): [key: string, value: Value][] | undefined {
    if (value.node === undefined) return [];
    if (!isMap(value.node)) return this.problem(value, "must be a map of `key: value` lines");
    const entries: [string, Value][] = [];
    for (const pair of value.node.items) {
      const key = this.#value(pair.key, value.pointer, value.position);
      if (!isScalar(key.node) || typeof key.node.value !== "string") {
        this.problem(key, "a key must be a text; put it in quotes");
        continue;
      }
      const name = key.node.value;
      const pointer = `${value.pointer}/${pointerToken(name)}`;
      const child = this.#value(pair.value, pointer, key.position);
      this.positions.set(pointer, child.position);
      entries.push([name, child]);
    }
    return entries;
  }

  /** A map with known keys only; each unknown one is a problem. Absent keys read as absent values. */
  object<Key extends string>(value: Value, keys: readonly Key[]): ((key: Key) => Value) | undefined {
    const entries = this.entries(value);
    if (!entries) return undefined;
    const known = new Map<string, Value>();
    for (const [key, child] of entries) {
      if (keys.some((name) => name === key)) known.set(key, child);
      else this.problem(child, `unknown key \`${printable(key)}\`; known here: ${keys.join(", ")}`);
    }
    return (key) =>
      known.get(key) ?? { node: undefined, pointer: `${value.pointer}/${key}`, position: value.position };
  }

  list(value: Value): Value[] {
    if (value.node === undefined) return [];
    if (!isSeq(value.node)) {
      this.problem(value, "must be a list");
      return [];
    }
    return value.node.items.map((item, index) => {
      const child = this.#value(item, `${value.pointer}/${index}`, value.position);
      this.positions.set(child.pointer, child.position);
      return child;
    });
  }

  string(value: Value): string | undefined {
    const scalar = this.scalar(value);
    if (scalar === undefined) return undefined;
    if (typeof scalar !== "string") return this.problem(value, "must be a text; put it in quotes");
    return scalar === "" ? this.problem(value, "must not be empty") : scalar;
  }

  boolean(value: Value): boolean | undefined {
    const scalar = this.scalar(value);
    if (scalar === undefined || typeof scalar === "boolean") return scalar;
    return this.problem(value, "must be true or false");
  }

  integer(value: Value, range: { min: number; max: number }): number | undefined {
    const scalar = this.scalar(value);
    if (scalar === undefined) return undefined;
    if (
      typeof scalar === "number" &&
      Number.isInteger(scalar) &&
      scalar >= range.min &&
      scalar <= range.max
    ) {
      return scalar;
    }
    return this.problem(value, `must be a whole number from ${range.min} to ${range.max}`);
  }

  number(value: Value, range: { min: number; max: number }): number | undefined {
    const scalar = this.scalar(value);
    if (scalar === undefined) return undefined;
    if (typeof scalar === "number" && scalar >= range.min && scalar <= range.max) return scalar;
    return this.problem(value, `must be a number from ${range.min} to ${range.max}`);
  }

  /** A map as it is, whatever is in it; undefined when it is none. */
  json(value: Value): Readonly<Record<string, unknown>> | undefined {
    if (value.node === undefined) return undefined;
    if (!isMap(value.node) || !isNode(value.node)) return this.problem(value, "must be a map");
    try {
      // Written in YAML, it is JSON from here on: texts, numbers, true, false, null, lists and maps.
      return JSON.parse(JSON.stringify(value.node.toJS(this.#document)));
    } catch {
      return this.problem(value, "has more aliases than can be read");
    }
  }

  scalar(value: Value): string | number | boolean | undefined {
    if (value.node === undefined) return undefined;
    const scalar = isScalar(value.node) ? value.node.value : undefined;
    if (typeof scalar === "string" || typeof scalar === "number" || typeof scalar === "boolean")
      return scalar;
    return this.problem(value, "must be a single value");
  }

  /** `~` and an empty value read as absent, since YAML writes both for "nothing". */
  #value(node: unknown, pointer: string, fallback: Position): Value {
    const position = hasRange(node) ? this.at(node.range[0]) : fallback;
    let target = node;
    // An alias may point at another alias; the document is finite, a cycle is refused by the depth.
    for (let depth = 0; isAlias(target) && depth < 8; depth++) target = target.resolve(this.#document);
    if (isAlias(target) || (target === undefined && isAlias(node))) {
      this.problems.push({ position, message: "this alias has no anchor above it" });
    }
    const absent = target === null || target === undefined || (isScalar(target) && target.value === null);
    return { node: absent ? undefined : target, pointer, position };
  }
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

/** A key as it may stand in a message: short, one line. */
function printable(key: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  const clean = key.replace(/[\u0000-\u001f\u007f]/g, "?");
  return clean.length > 40 ? `${clean.slice(0, 40)}…` : clean;
}
