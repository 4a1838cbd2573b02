import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";
import { penstockProgram } from "../../../testkit/penstock-program.ts";

let penstock: TestPenstock;
let dir: string;
beforeAll(async () => {
  penstock = await startPenstock();
  dir = mkdtempSync(join(tmpdir(), "penstock-limits-"));
});
afterAll(async () => {
  await penstock.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function run(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const child = Bun.spawn([...penstockProgram(), ...args], {
    cwd: dir,
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

test("a limit is set, changed, shown with how full it is, listed and removed", async () => {
  const made = await run("keys", "create", "ci", "--agent", "scout", "--agent-role", "writer");
  expect(made.code).toBe(0);
  expect((await run("keys", "show", "ci")).out).toMatch(/^agent +scout as writer$/m);
  const set = await run("limits", "set", "key/ci", "--rpm", "60", "--day-usd", "2.5");
  expect([set.err, set.out, set.code]).toEqual(["", "The limit of key/ci is set.\n", 0]);
  expect((await run("limits", "set", "key/CI", "--rpm", "none", "--concurrency", "3")).code).toBe(0);
  const call = { model: "playground/playground-llm", messages: [{ role: "user", content: "hi" }] };
  const headers = { authorization: `Bearer ${made.out.trim()}` };
  expect((await penstock.post("/v1/chat/completions", call, { headers })).status).toBe(200);
  const shown = await run("limits", "show", "key/ci");
  expect(shown.out).toMatch(/^3 calls at once +0 +3 +-$/m);
  expect(shown.out).toMatch(/^2\.5 USD a day +0 +2\.5 +\d{4}-\d\d-\d\dT00:00:00Z$/m);
  expect((await run("limits", "set", "agent/scout/writer", "--month-usd", "200")).code).toBe(0);
  const listed = (await run("limits")).out;
  expect(listed).toMatch(/^key\/ci +- +- +3 +\$2\.5 +- +api$/m);
  expect(listed).toMatch(/^agent\/scout\/writer( +-){4} +\$200 +api$/m);
  expect((await run("limits", "remove", "key/ci", "--yes")).out).toBe("The limit of key/ci is ended.\n");
  expect((await run("limits", "show", "key/ci")).code).toBe(2);
});

test("what cannot be read is refused with what can", async () => {
  for (const [args, told] of [
    [["set", "team/x", "--rpm", "1"], /the subject must be org, provider\/NAME/],
    [["set", "org"], /say what to limit/],
    [["set", "org", "--rpm", "many"], /--rpm must be a number, or none/],
    [["set", "key/nobody", "--rpm", "1"], /there is no key `nobody`/],
    [["set", "org", "--rpm", "1.5"], /requests_per_minute/],
  ] as const) {
    const refused = await run("limits", ...args);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.err).toMatch(told);
  }
});
