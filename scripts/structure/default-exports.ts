import ts from "typescript";
import type { SourceFile, SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

/** A driver file's default export is the driver; everything else is found by its name. */
export function checkDefaultExports(tree: SourceTree): Violation[] {
  return tree.typescript
    .filter((file) => file.path.startsWith("src/") && !/^src\/drivers\/[^/]+\.ts$/.test(file.path))
    .flatMap((file) =>
      file.ast.statements.filter(isDefaultExport).map((statement) => ({
        path: file.path,
        line: file.lineOf(statement),
        problem: "default exports are for drivers only",
        fix: "export it by name",
      })),
    );
}

function isDefaultExport(statement: SourceFile["ast"]["statements"][number]): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (
    ts.isExportDeclaration(statement) &&
    statement.exportClause &&
    ts.isNamedExports(statement.exportClause)
  ) {
    return statement.exportClause.elements.some((element) => element.name.text === "default");
  }
  return hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
}

/** Whether a statement carries e.g. `export` or `default`. */
export function hasModifier(statement: ts.Node, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some((modifier) => modifier.kind === kind) ?? false)
  );
}
