import ts from "typescript";
import { hasModifier } from "./default-exports.ts";
import type { SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const contracts = /^src\/(?:wire\/neutral\/|plane\/|errors\/|drivers\/driver\.ts$)/;

/** What others build on says what it is for: every exported declaration of the contract files. */
export function checkDocComments(tree: SourceTree): Violation[] {
  return tree.typescript
    .filter((file) => contracts.test(file.path) && !file.isTest && !file.isGenerated)
    .flatMap((file) =>
      file.ast.statements
        .filter(isDocumentable)
        .filter((statement) => hasModifier(statement, ts.SyntaxKind.ExportKeyword))
        .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
        .map((statement) => ({
          path: file.path,
          line: file.lineOf(statement),
          problem: `${statement.name?.text ?? "an export"} has no doc comment, though others build on it`,
          fix: "say in /** … */ what it is for, its units and what it throws",
        })),
    );
}

type Documentable =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration;

function isDocumentable(statement: ts.Statement): statement is Documentable {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}
