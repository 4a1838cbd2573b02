/**
 * Checks what the type checker and the linter cannot: who may know vendors, which files a protocol has, whether the
 * documents are true. `bun scripts/check-structure.ts [root]`; exit code 1 when a rule is broken.
 */
import { resolve } from "node:path";
import { checkDefaultExports } from "./structure/default-exports.ts";
import { checkDocComments } from "./structure/doc-comments.ts";
import { checkErrorReference } from "./structure/error-reference.ts";
import { checkFileSizes, describeFileSizes } from "./structure/file-sizes.ts";
import { checkForbiddenCode } from "./structure/forbidden-code.ts";
import { checkImportTable } from "./structure/import-table.ts";
import { checkMarkdownPaths } from "./structure/markdown-paths.ts";
import { checkProtocolFolders } from "./structure/protocol-folders.ts";
import { readSourceTree, type SourceTree } from "./structure/source-tree.ts";
import { checkVendorIds } from "./structure/vendor-ids.ts";
import { formatViolation, type Violation } from "./structure/violation.ts";

const rules: readonly ((tree: SourceTree) => Violation[])[] = [
  checkVendorIds,
  checkFileSizes,
  checkProtocolFolders,
  checkMarkdownPaths,
  checkErrorReference,
  checkImportTable,
  checkForbiddenCode,
  checkDefaultExports,
  checkDocComments,
];

/** All broken rules below `root`, by file and line. */
export function checkStructure(tree: SourceTree): Violation[] {
  return rules
    .flatMap((rule) => rule(tree))
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

if (import.meta.main) {
  const tree = readSourceTree(resolve(process.argv[2] ?? `${import.meta.dir}/..`));
  const violations = checkStructure(tree);
  for (const violation of violations) console.error(formatViolation(violation));
  console.log(describeFileSizes(tree));
  if (violations.length > 0) {
    console.error(`structure: ${violations.length} rules broken`);
    process.exit(1);
  }
}
