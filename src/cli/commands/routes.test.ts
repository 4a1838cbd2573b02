import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenAiChatMock } from "../../../testkit/mocks/openai-chat-server.ts";
import type { MockVendor } from "../../../testkit/mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";
import { penstockProgram } from "../../../testkit/penstock-program.ts";

let penstock: TestPenstock;
let vendor: MockVendor;
let dir: string;
beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOpenAiChatMock();
  dir = mkdtempSync(join(tmpdir(), "penstock-routes-"));
  const models = ["gpt-4o", "gpt-4o-mini"];
  for (const name of ["west", "east"])
    await penstock.addProvider({ name, driver: "openai_completions", vendor, models });
});
afterAll(async () => {
  await penstock.stop();
  await vendor.close();
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

test("a route is made with weights, shown, changed, listed and removed", async () => {
  const target = ["--target", "west/gpt-4o=9", "--target", "east/gpt-4o"];
  const made = await run("routes", "create", "ab", "--strategy", "sticky", "--sticky-by", "key", ...target);
  expect([made.err, made.code]).toEqual(["", 0]);
  expect(made.out).toMatch(/^Strategy +sticky by key$/m);
  expect(made.out).toMatch(/^west\/gpt-4o +served +9 /m);
  expect((await run("routes", "list")).out).toMatch(
    /^ab +sticky by key +west\/gpt-4o=9, east\/gpt-4o +api$/m,
  );
  const changed = await run(
    "routes",
    "update",
    "AB",
    "--rename",
    "ba",
    "--strategy",
    "hedged",
    "--hedge-after",
    "80",
  );
  expect(changed.out).toMatch(/^Hedge after +80 ms$/m);
  expect((await run("routes", "show", "ba")).out).toMatch(/^Strategy +hedged$/m);
  expect(await run("routes", "remove", "ba", "--yes")).toMatchObject({ code: 0, out: "Removed ba.\n" });
  expect((await run("routes", "show", "ba")).err).toContain("there is no route `ba`; there is none");
});

test("parameters and timeouts come from a file", async () => {
  const body = {
    strategy: "single",
    targets: [{ model: "west/gpt-4o", parameters: { seed: 7 }, timeouts: { idle_seconds: 9 } }],
  };
  writeFileSync(join(dir, "route.json"), JSON.stringify(body));
  const { out } = await run("routes", "create", "fixed", "--body", "route.json", "--retries", "0");
  expect(out).toMatch(/^west\/gpt-4o +served +1 +\{"seed":7\} +idle 9 s$/m);
  expect(out).toMatch(/^Retries +0$/m);
  expect((await run("routes", "create", "x", "--body", "none.json")).err).toContain("cannot read none.json");
  const wrong = await run("routes", "create", "x", "--strategy", "single", "--target", "nowhere/m");
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("is no model of this organization")]);
});

test("explain says where a request would go and what it would cost, and sends nothing", async () => {
  await run(
    "routes",
    "create",
    "two",
    "--strategy",
    "ordered",
    "--target",
    "west/gpt-4o",
    "--target",
    "east/gpt-4o",
  );
  await run("keys", "create", "narrow", "--allow-model", "east/gpt-4o");
  const request = { messages: [{ role: "user", content: "Hello" }], max_tokens: 100 };
  writeFileSync(join(dir, "request.json"), JSON.stringify(request));
  const sent = vendor.requests.length;
  const { out, code } = await run("explain", "two", "--body", "request.json", "--for-key", "narrow");
  expect(code).toBe(0);
  expect(out).toStartWith("two is the route two (ordered).\n");
  expect(out).toMatch(/^1 +east\/gpt-4o +0\.00\d+ +would be called first$/m);
  expect(out).toMatch(
    /^✗ +west\/gpt-4o +0\.00\d+ +the key's list of models names neither it nor its route$/m,
  );
  expect((await run("explain", "tow")).out).toContain("Much like it: two");
  expect(vendor.requests.length).toBe(sent);
});
