import { afterAll, beforeAll, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";
import { penstockProgram } from "../../../testkit/penstock-program.ts";

let penstock: TestPenstock;
beforeAll(async () => {
  penstock = await startPenstock();
});
afterAll(() => penstock.stop());

async function run(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const child = Bun.spawn([...penstockProgram(), ...args], {
    cwd: tmpdir(),
    env: { PATH, HOME, PENSTOCK_URL: penstock.url, PENSTOCK_ADMIN_KEY: penstock.adminKey },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, code };
}

test("a key says what becomes of the calls whose client leaves", async () => {
  const made = await run("keys", "create", "patient", "--on-disconnect", "keep", "--json");
  expect(JSON.parse(made.out)).toMatchObject({ name: "patient", on_disconnect: "keep" });
  const policy = (word: string) => run("keys", "update", "patient", "--on-disconnect", word);
  expect((await policy("drain")).out).toMatch(/^on disconnect +drain$/m);
  const wrong = await policy("forget");
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("--on-disconnect must be cancel, drain or keep");
  expect((await run("keys", "show", "patient")).out).toMatch(/^on disconnect +drain$/m);
  expect((await run("keys", "show", "first admin key")).out).toMatch(/^on disconnect +cancel$/m);
});
