import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const unread = new Set(["node_modules", "data", "coverage", "out", "dist"]);

/** One TypeScript file, parsed when a rule first asks. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #parsed: ts.SourceFile | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get isTest(): boolean {
    return this.path.endsWith(".test.ts");
  }

  /** Written by a script: its size and style are not anybody's choice. */
  get isGenerated(): boolean {
    return this.path.endsWith(".gen.ts");
  }

  get ast(): ts.SourceFile {
    this.#parsed ??= ts.createSourceFile(this.path, this.text, ts.ScriptTarget.Latest, true);
    return this.#parsed;
  }

  /** The line of a node or of an offset, counted from 1. */
  lineOf(place: ts.Node | number): number {
    const offset = typeof place === "number" ? place : place.getStart(this.ast);
    return this.ast.getLineAndCharacterOfPosition(offset).line + 1;
  }

  /** Calls `visit` for every node of the file, outer before inner. */
  forEachNode(visit: (node: ts.Node) => void): void {
    const walk = (node: ts.Node): void => {
      visit(node);
      ts.forEachChild(node, walk);
    };
    walk(this.ast);
  }
}

/** The files the structure rules look at. Paths are relative to `root`, with forward slashes. */
export interface SourceTree {
  readonly root: string;
  readonly typescript: readonly SourceFile[];
  readonly markdown: readonly { readonly path: string; readonly text: string }[];
  exists(path: string): boolean;
  /** The text of any file, also of a hidden one; undefined when there is none. */
  read(path: string): string | undefined;
}

/** Reads all TypeScript and Markdown below `root`, without installed, built and hidden files. */
export function readSourceTree(root: string): SourceTree {
  const paths = [...list(root, "")].sort();
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  return {
    root,
    typescript: paths.filter((path) => /\.tsx?$/.test(path)).map((path) => new SourceFile(path, read(path))),
    markdown: paths.filter((path) => path.endsWith(".md")).map((path) => ({ path, text: read(path) })),
    exists: (path) => existsSync(join(root, path)),
    read: (path) => (existsSync(join(root, path)) ? read(path) : undefined),
  };
}

function* list(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith(".") || unread.has(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* list(root, path);
    else yield path;
  }
}
