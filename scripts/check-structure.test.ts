import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkStructure } from "./check-structure.ts";
import { describeFileSizes } from "./structure/file-sizes.ts";
import { protocolFiles } from "./structure/protocol-folders.ts";
import { readSourceTree } from "./structure/source-tree.ts";
import { formatViolation } from "./structure/violation.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "penstock-structure-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What the checker says about a tree that holds just these files. */
async function violationsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const tree = mkdtempSync(join(root, "tree-"));
  for (const [path, text] of Object.entries(files)) await Bun.write(join(tree, path), text);
  return checkStructure(readSourceTree(tree)).map(formatViolation);
}

describe("vendor ids", () => {
  test("a vendor id outside the drivers is reported with its line", async () => {
    const [violation, ...others] = await violationsOf({
      "src/engine/send.ts": `const a = 1;\nexport const vendor = "anthropic";\n`,
    });
    expect(violation).toStartWith(
      `src/engine/send.ts:2: the vendor id "anthropic" stands outside the drivers; move`,
    );
    expect(others).toEqual([]);
  });

  test.each([
    [`if (driver === "openai_completions") go();`],
    [`switch (driver) { case "bedrock": go(); }`],
    [`if (baseUrl.includes("api.openai.com")) go();`],
    [`if (model.startsWith("anthropic/")) go();`],
    [`if (/openrouter\\.ai/.test(host)) go();`],
    ["if (/^\\/openai\\//.test(path)) go();"],
    ["if (host === `vercel`) go();"],
    [`const table = { mistral: 1 };`],
    [`const table = { "azure_openai": 1 };`],
    [`const driver = "OpenAI";`],
    [`if (header === "anthropic-version") go();`],
  ])("%s is refused in the engine", async (line) => {
    expect(await violationsOf({ "src/engine/a.ts": line })).toHaveLength(1);
  });

  test("drivers, catalog data and tests may name vendors", async () => {
    const text = `export const id = "openai";\n`;
    expect(
      await violationsOf({
        "src/drivers/x.ts": text,
        "src/catalog/x.ts": text,
        "src/engine/x.test.ts": text,
      }),
    ).toEqual([]);
  });

  test("protocols and wire terms are no vendors where the wire is spoken", async () => {
    expect(
      await violationsOf({
        "src/engine/a.ts": `if (protocol === "openai-chat" || p === "anthropic-messages") go();`,
        "src/wire/read.ts": `if (format === "anthropic-claude-v1" || protocol === "ollama") go();`,
        "src/gateway/a.ts": `if (headers.has("anthropic-version")) go(x === "anthropic-beta");`,
        "src/gateway/b.ts": "export const path = /^\\/openai\\/deployments\\/[^/]+$/;",
        "src/engine/b.ts": `// "openai" in a comment is no code\nimport x from "openai";\nlog("Use the anthropic SDK");`,
        "src/services/meta.ts": `schema.meta({ meta: 1 });`,
      }),
    ).toEqual([]);
  });
});

describe("sizes", () => {
  test("a file of more than 500 lines is too long, unless a script wrote it", async () => {
    const lines = (count: number): string => "export const a = 1;\n".repeat(count);
    const violations = await violationsOf({
      "src/engine/just-right.ts": lines(500),
      "src/engine/too-long.ts": lines(501),
      "src/drivers/_registry.gen.ts": lines(900),
    });
    expect(violations).toEqual([expect.stringContaining("src/engine/too-long.ts:501: 501 lines, 1 more")]);
  });

  test("the summary counts source files only", async () => {
    const tree = mkdtempSync(join(root, "sizes-"));
    for (const [name, lines] of Object.entries({ a: 10, b: 20, c: 300, "d.test": 400, "e.gen": 450 })) {
      await Bun.write(join(tree, `src/engine/${name}.ts`), "x;\n".repeat(lines));
    }
    expect(describeFileSizes(readSourceTree(tree))).toBe(
      "3 source files, median 20 lines (aim ≤ 80), p90 300 (aim ≤ 300), longest 300 (src/engine/c.ts)",
    );
  });
});

describe("protocol folders", () => {
  const complete = Object.fromEntries(protocolFiles.map((name) => [`src/wire/gemini/${name}`, ""]));

  test("a complete protocol passes, and so do the shared folders", async () => {
    expect(
      await violationsOf({ ...complete, "src/wire/sse/sse-framer.ts": "", "src/wire/read.ts": "" }),
    ).toEqual([]);
  });

  test("each missing file is named", async () => {
    const { "src/wire/gemini/usage.ts": _, ...incomplete } = complete;
    expect(await violationsOf(incomplete)).toEqual([
      expect.stringContaining("src/wire/gemini/usage.ts:1: missing, though every protocol has it"),
    ]);
  });

  test("a folder that is no protocol is refused", async () => {
    expect(await violationsOf({ "src/wire/helpers/a.ts": "" })).toEqual([
      expect.stringContaining(`src/wire/helpers:1: "helpers" is no protocol; name it after a protocol`),
    ]);
  });
});

describe("documents", () => {
  test("links, anchors and file names must lead somewhere", async () => {
    const violations = await violationsOf({
      "README.md":
        "# Top\n[a](docs/no.md)\n[b](docs/yes.md#no-such-part)\n[c](#nope)\nSee `src/engine/gone.ts`.\n",
      "docs/yes.md": "# Yes: a `page`\n[up](../README.md) [out](../src/nothing.ts)\n",
    });
    expect(violations.map((violation) => violation.split(";")[0])).toEqual([
      "README.md:2: the link docs/no.md leads nowhere",
      "README.md:2: docs/no.md does not exist",
      "README.md:3: docs/yes.md has no heading for #no-such-part",
      "README.md:4: README.md has no heading for #nope",
      "README.md:5: src/engine/gone.ts does not exist",
      "docs/yes.md:2: the link ../src/nothing.ts leads nowhere",
    ]);
  });

  test("what exists, placeholders and other people's paths pass", async () => {
    expect(
      await violationsOf({
        "README.md": [
          "# Quick start\n[a](docs/yes.md#yes-a-page) [b](#quick-start) [c](https://example.com/docs/no.md)",
          "`src/drivers/<vendor>.ts`, `src/drivers/*.test.ts`, src/drivers/a.ts. `src/drivers/`, bench/report.json",
          "`packages/ai/src/types.ts` https://example.com/x/src/y.ts node_modules/hono/src/x.ts",
        ].join("\n"),
        "docs/yes.md": "# Yes: a `page`\n",
        "src/drivers/a.ts": "",
      }),
    ).toEqual([]);
  });
});

describe("error reference", () => {
  const table = `export const errorTable = {\n  gone: { status: 410, message: "m" },\n  lost: { status: 404, message: "m" },\n} as const satisfies T;\n`;

  test("codes and rows must match one to one, with the same status", async () => {
    const violations = await violationsOf({
      "src/errors/error-table.ts": table,
      "docs/errors.md": "| Code | Status |\n|---|---|\n| `lost` | 400 | | |\n| `made_up` | 500 | | |\n",
    });
    expect(violations.map((violation) => violation.split(";")[0])).toEqual([
      "docs/errors.md:3: lost is said to have status 400, its status is 404",
      "docs/errors.md:4: the code made_up does not exist",
      "src/errors/error-table.ts:2: the code gone is not in the error reference",
    ]);
  });

  test("a reference that lists just what exists passes", async () => {
    const rows = "| `gone` | 410 | It was here. | Leave. |\n| `lost` | 404 | It is not here. | Seek. |\n";
    expect(await violationsOf({ "src/errors/error-table.ts": table, "docs/errors.md": rows })).toEqual([]);
  });
});

describe("import table", () => {
  const rules = `const arrows = { errors: [], wire: ["errors"], plane: ["errors"] };\nconst typesOnly = { plane: ["wire/neutral"] };\n`;
  const row = (folder: string, cells: string): string => `| \`src/${folder}/\` | what it is | ${cells} |\n`;
  const folders = { "src/errors/a.ts": "", "src/wire/a.ts": "", "src/plane/a.ts": "" };

  test("the architecture must say what the import rules enforce", async () => {
    const page = row("errors", "nothing | nothing") + row("plane", "errors, wire | nothing");
    expect(
      await violationsOf({ ...folders, ".dependency-cruiser.cjs": rules, "docs/architecture.md": page }),
    ).toEqual([
      `.dependency-cruiser.cjs:1: the table does not say what src/wire/ may import; end its row with "| errors | nothing |"`,
      `docs/architecture.md:2: the table does not say what src/plane/ may import; end its row with "| errors | wire/neutral |"`,
    ]);
  });

  test("a table that says it passes", async () => {
    const page =
      row("errors", "nothing | nothing") +
      row("wire", "errors | nothing") +
      row("plane", "errors | wire/neutral");
    expect(
      await violationsOf({ ...folders, ".dependency-cruiser.cjs": rules, "docs/architecture.md": page }),
    ).toEqual([]);
  });
});

describe("forbidden code", () => {
  test.each(["test.skip", "test.only", "it.todo", "describe.skip", "test.skipIf", "describe.only"])(
    "%s is refused in every folder",
    async (call) => {
      expect(await violationsOf({ "bench/a.test.ts": `${call}("x", () => {});` })).toEqual([
        expect.stringContaining(`bench/a.test.ts:1: ${call} hides tests from the count`),
      ]);
    },
  );

  test("what hides from the type checker or is left for later is refused in src", async () => {
    const files = {
      a: "export function f(x: unknown): unknown { return x as any; }",
      b: "// @ts-ignore\nexport const b = 1;",
      c: "/* @ts-expect-error */\nexport const c = 1;",
      d: `// ${"TO"}DO later\nexport const d = 1;`,
      e: `export const e = 1; // ${"FIX"}ME`,
    };
    for (const [name, text] of Object.entries(files)) {
      expect(await violationsOf({ [`src/engine/${name}.ts`]: text })).toHaveLength(1);
    }
  });

  test("the words themselves are no crime", async () => {
    expect(
      await violationsOf({
        "src/engine/a.ts": `export const text = "any test.skip";\n// any of them, see test.only\n`,
        "src/engine/a.test.ts": `// @ts-expect-error a number is no string\nconst a: string = 1;\ntest.each([])("x", () => {});`,
      }),
    ).toEqual([]);
  });
});

describe("exports", () => {
  test("only a driver file has a default export", async () => {
    const violations = await violationsOf({
      "src/drivers/a.ts": "export default {};",
      "src/drivers/auth/a.ts": "export default {};",
      "src/engine/b.ts": "\nexport default function b() {}",
      "src/engine/c.ts": "const c = 1;\nexport { c as default };",
      "src/engine/d.ts": "export const d = 1;",
    });
    expect(violations.map((violation) => violation.split(";")[0])).toEqual([
      "src/drivers/auth/a.ts:1: default exports are for drivers only",
      "src/engine/b.ts:2: default exports are for drivers only",
      "src/engine/c.ts:2: default exports are for drivers only",
    ]);
  });

  test("contract files document what they export", async () => {
    const text =
      "export interface A {}\n/** Fine. */\nexport interface B {}\nexport type C = 1;\nexport function d() {}\n// no doc\nexport class E {}\ninterface F {}\n";
    const missing = (path: string): string[] =>
      [1, 4, 5, 7].map((line) =>
        expect.stringMatching(new RegExp(`^${path}:${line}: [ACdE] has no doc comment`)),
      );
    for (const path of [
      "src/plane/a.ts",
      "src/wire/neutral/a.ts",
      "src/errors/a.ts",
      "src/drivers/driver.ts",
    ]) {
      expect(await violationsOf({ [path]: text })).toEqual(missing(path));
    }
    expect(await violationsOf({ "src/engine/a.ts": text, "src/plane/a.test.ts": text })).toEqual([]);
  });
});

test("run as a command it lists what is wrong and fails", async () => {
  const tree = mkdtempSync(join(root, "command-"));
  await Bun.write(join(tree, "src/engine/a.ts"), `export default "gemini";\n`);
  const run = Bun.spawnSync([process.execPath, `${import.meta.dir}/check-structure.ts`, tree]);
  expect(run.exitCode).toBe(1);
  expect(run.stderr.toString().split("\n")).toEqual([
    expect.stringContaining("src/engine/a.ts:1: "),
    expect.stringContaining("src/engine/a.ts:1: "),
    "structure: 2 rules broken",
    "",
  ]);

  await Bun.write(join(tree, "src/engine/a.ts"), "export const a = 1;\n");
  expect(Bun.spawnSync([process.execPath, `${import.meta.dir}/check-structure.ts`, tree]).exitCode).toBe(0);
});
