import ts from "typescript";
import type { SourceFile, SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const testFunctions = new Set(["test", "it", "describe"]);
const testModifiers = new Set(["skip", "todo", "only", "skipIf", "todoIf", "if"]);

/** No test that does not run, nothing the type checker cannot see, no work left for later. */
export function checkForbiddenCode(tree: SourceTree): Violation[] {
  return tree.typescript.flatMap((file) => [
    ...unrunTests(file),
    ...(file.path.startsWith("src/") ? [...untyped(file), ...unfinished(file)] : []),
  ]);
}

function unrunTests(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  file.forEachNode((node) => {
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
    if (!testFunctions.has(node.expression.text) || !testModifiers.has(node.name.text)) return;
    found.push({
      path: file.path,
      line: file.lineOf(node),
      problem: `${node.expression.text}.${node.name.text} hides tests from the count`,
      fix: "make it run everywhere (start what it needs) or delete it",
    });
  });
  return found;
}

function untyped(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  const report = (place: ts.Node | number, what: string): void => {
    const fix = "give the value its type, or `unknown` and a parser where it enters";
    found.push({
      path: file.path,
      line: file.lineOf(place),
      problem: `${what} switches the type checker off`,
      fix,
    });
  };
  file.forEachNode((node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) report(node, "`any`");
  });
  for (const match of file.text.matchAll(/(?:\/\/|\/\*)\s*(@ts-(?:ignore|nocheck|expect-error))/g)) {
    // A test may state that wrong code does not compile.
    if (!(file.isTest && match[1] === "@ts-expect-error")) report(match.index, `\`${match[1]}\``);
  }
  return found;
}

function unfinished(file: SourceFile): Violation[] {
  return [...file.text.matchAll(/\b(?:TODO|FIXME)\b/g)].map((match) => ({
    path: file.path,
    line: file.lineOf(match.index),
    problem: `${match[0]} leaves work in the code`,
    fix: "do it now or open an issue, and remove the mark",
  }));
}
