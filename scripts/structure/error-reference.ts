import ts from "typescript";
import { objectIn } from "./object-in.ts";
import type { SourceFile, SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const tablePath = "src/errors/error-table.ts";
const referencePath = "docs/errors.md";

interface Listed {
  readonly status: string;
  readonly line: number;
}

/** The error reference lists exactly the codes that exist, each with its status. */
export function checkErrorReference(tree: SourceTree): Violation[] {
  const table = tree.typescript.find((file) => file.path === tablePath);
  if (table === undefined) return [];
  const codes = codesOf(table);
  const rows = rowsOf(tree.markdown.find((page) => page.path === referencePath)?.text ?? "");
  const undocumented = [...codes].flatMap(([code, { status, line }]) => {
    const row = rows.get(code);
    if (row === undefined) {
      const fix = `add the row "| \`${code}\` | ${status} | meaning | what to do |" to ${referencePath}`;
      return [{ path: tablePath, line, problem: `the code ${code} is not in the error reference`, fix }];
    }
    if (row.status === status) return [];
    const problem = `${code} is said to have status ${row.status}, its status is ${status}`;
    return [{ path: referencePath, line: row.line, problem, fix: "correct the row" }];
  });
  const invented = [...rows]
    .filter(([code]) => !codes.has(code))
    .map(([code, { line }]) => {
      const fix = `remove the row, or add the code to ${tablePath}`;
      return { path: referencePath, line, problem: `the code ${code} does not exist`, fix };
    });
  return [...undocumented, ...invented];
}

function codesOf(table: SourceFile): Map<string, Listed> {
  const codes = new Map<string, Listed>();
  table.forEachNode((node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== "errorTable") return;
    for (const property of objectIn(node.initializer)?.properties ?? []) {
      if (!ts.isPropertyAssignment(property)) continue;
      const status = objectIn(property.initializer)
        ?.properties.filter(ts.isPropertyAssignment)
        .find((field) => field.name.getText() === "status");
      const line = table.lineOf(property);
      codes.set(property.name.getText(), { status: status?.initializer.getText() ?? "?", line });
    }
  });
  return codes;
}

/** Rows `| \`code\` | status | …` of the reference. */
function rowsOf(text: string): Map<string, Listed> {
  const rows = new Map<string, Listed>();
  for (const [index, row] of text.split("\n").entries()) {
    const match = /^\|\s*`(\w+)`\s*\|\s*(\d+)\s*\|/.exec(row);
    if (match?.[1] !== undefined) rows.set(match[1], { status: match[2] ?? "", line: index + 1 });
  }
  return rows;
}
