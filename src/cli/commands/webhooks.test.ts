import { afterAll, beforeAll, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";
import { penstockProgram } from "../../../testkit/penstock-program.ts";

let penstock: TestPenstock;
let received: (string | null)[];
let status = 200;
const receiver = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1" },
  fetch(request) {
    received.push(request.headers.get("webhook-signature"));
    return new Response(null, { status });
  },
});
beforeAll(async () => {
  received = [];
  penstock = await startPenstock();
});
afterAll(async () => {
  await penstock.stop();
  await receiver.stop(true);
});

async function run(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const child = Bun.spawn([...penstockProgram(), "webhooks", ...args], {
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

test("a webhook is made, tested, rotated, changed and removed", async () => {
  const made = await run("create", "ops", `http://127.0.0.1:${receiver.port}/hook`);
  expect([made.out, made.code]).toEqual([expect.stringMatching(/^whsec_\S+\n$/), 0]);
  expect((await run("test", "ops")).out).toBe("ops took it (200).\n");
  expect(received[0]).toMatch(/^v1,/);
  status = 503;
  const refused = await run("test", "ops");
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringContaining("ops did not take it: It answered with the status 503."),
  ]);
  const rotated = await run("rotate-secret", "ops", "--grace", "7d", "--yes");
  expect(rotated.out).toMatch(/^whsec_/);
  expect(rotated.out).not.toBe(made.out);
  const list = await run("list");
  expect(list.out).toMatch(/ops +http:\S+\/hook +budget\.threshold_reached +enabled +\d/);
  expect(list.out).not.toContain("whsec_");
  const deliveries = await run("deliveries", "ops", "--status", "failed");
  expect(deliveries.out).toMatch(/webhook\.test +failed +1 .*It answered with the status 503\./);
  expect((await run("update", "ops", "--state", "off")).out).toContain("disabled");
  expect((await run("update", "ops")).code).toBe(2);
  expect((await run("remove", "ops", "--yes")).out).toBe("Removed ops.\n");
  expect((await run("list")).out).not.toContain("ops");
}, 30_000);
