import { afterAll, beforeAll, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenAiChatMock } from "../../../testkit/mocks/openai-chat-server.ts";
import type { MockVendor } from "../../../testkit/mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";

const main = join(import.meta.dir, "../main.ts");

let penstock: TestPenstock;
let vendor: MockVendor;
beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOpenAiChatMock();
  await penstock.addProvider({
    name: "one",
    driver: "openai_completions",
    vendor,
    models: ["gpt-4o-mini"],
  });
});
afterAll(async () => {
  await penstock.stop();
  await vendor.close();
});

async function run(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const child = Bun.spawn([process.execPath, main, ...args], {
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

test("a provider is shown with its state and who set its secrets, without their values", async () => {
  const { out, code } = await run("providers", "show", "ONE");
  expect(code).toBe(0);
  expect(out).toMatch(/^Status +available$/m);
  expect(out).toMatch(/^Models +1 of 1 enabled, 0 new, 0 stale$/m);
  expect(out).toMatch(/^Next probe +\d{4}-\d\d-\d\d/m);
  expect(out).toMatch(/^api_key +[0-9a-f]{8} +\d{4}-\d\d-\d\d .* +first admin key$/m);
  expect(out).not.toContain(vendor.apiKey);
});

test("it is taken out of use, which the list says, and put back", async () => {
  expect((await run("providers", "disable", "one")).out).toBe("Disabled one; no call goes to it any more.\n");
  expect((await run("providers", "list")).out).toMatch(/^one +openai_completions +disabled, was available/m);
  expect((await run("providers", "enable", "one")).out).toBe("Enabled one; it is probed now.\n");
});

test("a probe that finds the vendor away fails and says so", async () => {
  const port = Number(new URL(vendor.url).port);
  await vendor.close();
  const { code, err } = await run("providers", "probe", "one");
  expect(code).toBe(1);
  expect(err).toContain("one: unreachable");
  vendor = startOpenAiChatMock({ listen: { port } });
  expect((await run("providers", "probe", "one")).out).toMatch(/^one: valid/);
});
