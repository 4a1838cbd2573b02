import { posix } from "node:path";
import type { SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

type Page = SourceTree["markdown"][number];

const link = /\]\(\s*<?([^()\s<>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const ownPath = /(?<![\w/.@-])(?:src|docs|scripts|testkit|bench|console)\/[\w@./-]*/g;

/** Files that a command writes: they may be missing. */
const outputs = new Set(["bench/report.json", "bench/report.html"]);

/** Links and file names in the documents lead somewhere: a moved file takes its mentions along. */
export function checkMarkdownPaths(tree: SourceTree): Violation[] {
  return tree.markdown.flatMap((page) => [...brokenLinks(page, tree), ...brokenPaths(page, tree)]);
}

function brokenLinks(page: Page, tree: SourceTree): Violation[] {
  return [...page.text.matchAll(link)].flatMap((match) => {
    const target = match[1] ?? "";
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? page.path : posix.join(posix.dirname(page.path), decodeURIComponent(file));
    const line = lineAt(page.text, match.index);
    if (!tree.exists(path)) {
      return [
        { path: page.path, line, problem: `the link ${target} leads nowhere`, fix: "correct or remove it" },
      ];
    }
    const destination = tree.markdown.find((other) => other.path === path);
    if (anchor === undefined || destination === undefined || anchorsOf(destination).has(anchor)) return [];
    const problem = `${path} has no heading for #${anchor}`;
    return [{ path: page.path, line, problem, fix: "use the heading's own anchor" }];
  });
}

function brokenPaths(page: Page, tree: SourceTree): Violation[] {
  return [...page.text.matchAll(ownPath)].flatMap((match) => {
    const after = page.text[match.index + match[0].length] ?? "";
    // `src/wire/<protocol>/…` and `src/drivers/*.ts` name a kind of file: only what comes before must exist.
    const isPattern = /[<*{…$]/.test(after);
    const named = isPattern
      ? match[0].slice(0, match[0].lastIndexOf("/") + 1)
      : match[0].replace(/[.]+$/, "");
    if (tree.exists(named) || outputs.has(named)) return [];
    return [
      {
        path: page.path,
        line: lineAt(page.text, match.index),
        problem: `${named} does not exist`,
        fix: "name the file where it is now, or write a placeholder such as src/drivers/<vendor>.ts",
      },
    ];
  });
}

/** Headings' anchors as GitHub and GitLab make them. */
function anchorsOf(page: Page): Set<string> {
  const headings = [...page.text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) => match[1] ?? "");
  const slug = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
  return new Set(headings.map(slug));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
