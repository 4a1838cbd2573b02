import ts from "typescript";
import { objectIn } from "./object-in.ts";
import { SourceFile, type SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const rulesPath = ".dependency-cruiser.cjs";
const tablePath = "docs/architecture.md";

/** The table of who may import whom in the architecture says what the import rules enforce. */
export function checkImportTable(tree: SourceTree): Violation[] {
  const text = tree.read(rulesPath);
  if (text === undefined) return [];
  const rules = new SourceFile(rulesPath, text);
  const arrows = listsOf(rules, "arrows");
  const typesOnly = listsOf(rules, "typesOnly");
  const rows = rowsOf(tree.markdown.find((page) => page.path === tablePath)?.text ?? "");
  return [...arrows].flatMap(([folder, values]) => {
    const expected = `${say(values)} | ${say(typesOnly.get(folder) ?? [])}`;
    const row = rows.get(folder);
    if (row?.cells === expected) return [];
    const place = row === undefined ? { path: rulesPath, line: 1 } : { path: tablePath, line: row.line };
    const problem = `the table does not say what src/${folder}/ may import`;
    return [{ ...place, problem, fix: `end its row with "| ${expected} |"` }];
  });
}

function say(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}

/** `const <name> = { folder: ["a", "b"], … }` of the rules. */
function listsOf(rules: SourceFile, name: string): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  rules.forEachNode((node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== name) return;
    for (const property of objectIn(node.initializer)?.properties ?? []) {
      if (!ts.isPropertyAssignment(property) || !ts.isArrayLiteralExpression(property.initializer)) continue;
      const names = property.initializer.elements.filter(ts.isStringLiteralLike).map(({ text }) => text);
      lists.set(property.name.getText(), names);
    }
  });
  return lists;
}

/** Rows `| \`src/<folder>/\` | what it is | may import | types only |`. */
function rowsOf(text: string): Map<string, { readonly cells: string; readonly line: number }> {
  const rows = new Map<string, { cells: string; line: number }>();
  for (const [index, row] of text.split("\n").entries()) {
    const match = /^\| `src\/([\w-]+)\/` \|[^|]*\| ([^|]*) \| ([^|]*) \|$/.exec(row);
    if (match?.[1] !== undefined) rows.set(match[1], { cells: `${match[2]} | ${match[3]}`, line: index + 1 });
  }
  return rows;
}
