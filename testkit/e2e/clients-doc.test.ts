import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// The snippets of docs/clients.md, each run as a reader would: in a folder of its own, with the key in the environment.

const root = join(import.meta.dir, "../..");
const text = readFileSync(join(root, "docs/clients.md"), "utf8");
const snippets = [...text.matchAll(/^```ts\nimport \{.*\} from "(.+)";\n[\s\S]*?^```/gm)].map(
  ([block, client]) => ({
    client,
    code: block.slice("```ts\n".length, -"```".length),
  }),
);

let penstock: TestPenstock;
const folder = mkdtempSync(join(tmpdir(), "penstock-clients-"));
beforeAll(async () => {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  penstock = await startPenstock();
});
afterAll(async () => {
  await penstock.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("every snippet of the document is run", () => {
  expect(snippets).toHaveLength(text.split("```ts\n").length - 1);
  expect(snippets.length).toBeGreaterThan(3);
});

test.each(snippets)("$client", async ({ code }) => {
  const file = join(folder, `snippet-${Bun.hash(code)}.ts`);
  await Bun.write(file, code.replaceAll("http://localhost:8080", penstock.url));
  const { exitCode, stdout, stderr } = await run(file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("Hello");
});

async function run(file: string) {
  const child = Bun.spawn([process.execPath, file], {
    cwd: folder,
    env: { ...process.env, PENSTOCK_KEY: penstock.gatewayKey },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode: await child.exited, stdout, stderr };
}
