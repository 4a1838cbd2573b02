import ts from "typescript";
import { protocolIds } from "../../src/wire/neutral/protocol-id.ts";
import type { SourceFile, SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const vendorIds = [
  "openai",
  "anthropic",
  "gemini",
  "bedrock",
  "openrouter",
  "mai",
  "fireworks",
  "ollama",
  "mistral",
  "meta",
  "cloudflare",
  "vercel",
  "azure_openai",
  "openai_completions",
];

/** Vendor ids that are also names of something else, and where they may mean that. */
const otherMeanings: readonly { readonly text: string; readonly under: string; readonly meaning: string }[] =
  [
    { text: "gemini", under: "src/wire/", meaning: "the protocol of this name" },
    { text: "ollama", under: "src/wire/", meaning: "the protocol of this name" },
  ];

/** Headers and format names of the protocols, e.g. `anthropic-version`. */
const wireTerm = /^(?:anthropic|openai)-[a-z0-9-]+$/;
const searchMethods = new Set(["includes", "startsWith", "endsWith", "indexOf", "search", "match", "test"]);
const vendorWord = new RegExp(
  `(?<![a-z0-9])(?:${vendorIds.filter((id) => id !== "meta").join("|")})(?![a-z0-9])`,
  "i",
);

const fix =
  "move what depends on the vendor into src/drivers/, as a quirk, an option or a function of its driver";

/** Only drivers and catalog data know vendors: everything else must work for the next one, too. */
export function checkVendorIds(tree: SourceTree): Violation[] {
  return tree.typescript.filter(isVendorBlind).flatMap(checkFile);
}

function isVendorBlind(file: SourceFile): boolean {
  return file.path.startsWith("src/") && !/^src\/(drivers|catalog)\//.test(file.path) && !file.isTest;
}

function checkFile(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  const report = (node: ts.Node, problem: string): void => {
    found.push({ path: file.path, line: file.lineOf(node), problem, fix });
  };
  file.forEachNode((node) => {
    if (ts.isStringLiteralLike(node)) {
      if (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent)) return;
      if (isVendorId(node.text, file))
        report(node, `the vendor id "${node.text}" stands outside the drivers`);
      else if (isTested(node) && namesVendor(node.text, file)) {
        report(node, `a value is compared with "${node.text}", which names a vendor`);
      }
    } else if (ts.isRegularExpressionLiteral(node) && isVendorPattern(node.text, file)) {
      report(node, `the pattern ${node.text} looks for a vendor's name`);
    } else if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text !== "meta") {
      if (isVendorId(node.name.text, file))
        report(node, `a table is keyed by the vendor id "${node.name.text}"`);
    }
  });
  return found;
}

function isVendorId(text: string, file: SourceFile): boolean {
  if (!vendorIds.includes(text.toLowerCase())) return false;
  return !otherMeanings.some((other) => other.text === text && file.path.startsWith(other.under));
}

function namesVendor(text: string, file: SourceFile): boolean {
  if (!vendorWord.test(text) || protocolIds.some((id) => id === text)) return false;
  return !(wireTerm.test(text) && /^src\/(wire|gateway)\//.test(file.path));
}

function isVendorPattern(pattern: string, file: SourceFile): boolean {
  // Clients' paths are the gateway's to know, e.g. `/openai/deployments/{model}`.
  const isPath = file.path.startsWith("src/gateway/") && pattern.startsWith("/^\\/");
  return vendorWord.test(pattern) && !isPath;
}

/** Whether the literal is an operand of a comparison, a case label or what a search looks for. */
function isTested(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCaseClause(parent)) return true;
  if (ts.isBinaryExpression(parent)) return /^[!=]==?$/.test(parent.operatorToken.getText());
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return false;
  return searchMethods.has(parent.expression.name.text);
}
