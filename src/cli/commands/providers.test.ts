import { afterAll, beforeAll, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { startOpenAiChatMock } from "../../../testkit/mocks/openai-chat-server.ts";
import type { MockVendor } from "../../../testkit/mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../../../testkit/penstock.ts";
import { penstockProgram } from "../../../testkit/penstock-program.ts";

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
  const child = Bun.spawn([...penstockProgram(), ...args], {
    cwd: tmpdir(),
    env: {
      PATH,
      HOME,
      PENSTOCK_URL: penstock.url,
      PENSTOCK_ADMIN_KEY: penstock.adminKey,
      VENDOR_KEY: vendor.apiKey,
    },
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

test("a provider is changed: what is named, and no key follows to another host", async () => {
  const changed = await run("providers", "update", "one", "--priority", "7", "--rename", "uno");
  expect(changed).toEqual({ code: 0, err: "", out: "Changed uno: available.\n" });
  expect((await run("providers", "show", "uno")).out).toMatch(/^Priority +7$/m);
  const moved = await run("providers", "update", "uno", "--base-url", "http://127.0.0.1:1/v1");
  expect([moved.code, moved.err]).toEqual([1, expect.stringContaining("must be sent again")]);
  const refused = await run("providers", "update", "uno", "--clear-credential", "api_key");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("refused the credential")]);
  const cleared = await run("providers", "update", "uno", "--clear-credential", "api_key", "--no-validate");
  expect(cleared.out).toStartWith("Changed uno: ");
  const again = ["--credential", "api_key=env:VENDOR_KEY", "--rename", "one"];
  expect((await run("providers", "update", "uno", ...again)).out).toBe("Changed one: available.\n");
  expect((await run("providers", "update", "one")).err).toContain("say what to change");
});

test("why a name runs what it runs, or nothing", async () => {
  expect((await run("models", "resolve", "one/gpt-4o-mini")).out).toMatch(/^→ +one +gpt-4o-mini +named by/m);
  await run("models", "disable", "one/gpt-4o-mini");
  const { out } = await run("models", "resolve", "gpt-4o-mini");
  expect(out).toStartWith("No model in use is called gpt-4o-mini.\n");
  expect(out).toMatch(/one +gpt-4o-mini +passed over: the model is disabled/);
  await run("models", "enable", "one/gpt-4o-mini");
});

test("settings are shown and changed", async () => {
  const changed = await run(
    ...["settings", "update", "--chat-model", "one/gpt-4o-mini", "--keep-contents", "30"],
    ...["--allow-host", "127.0.0.1", "--allow-host", "*.vendor.com"],
  );
  const lines = [
    /^default chat model +one\/gpt-4o-mini$/m,
    /^content logging +kept for 30 days$/m,
    /^allowed hosts +127\.0\.0\.1, \*\.vendor\.com$/m,
  ];
  for (const line of lines) expect(changed.out).toMatch(line);
  expect((await run("settings")).out).toBe(changed.out);
  const reset = ["--chat-model", "none", "--keep-contents", "off", "--all-hosts"];
  const { out } = await run("settings", "update", ...reset);
  for (const line of lines) expect(out).not.toMatch(line);
  expect((await run("settings", "update", "--chat-model", "nope")).err).toContain("/default_models/chat");
  expect((await run("settings", "update", "--keep-contents", "x")).code).toBe(2);
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

test("what hangs on it is told, its new models are seen, the catalog is searched, the organization renamed", async () => {
  const impact = await run("providers", "impact", "one");
  expect([impact.err, impact.code]).toEqual(["", 0]);
  expect(impact.out).toMatch(/^one: \d+ requests? by \d+ keys? in the last 24 hours\.$/m);
  expect((await run("providers", "review", "one")).out).toMatch(/^Reviewed \d+ new models? of one\.\n$/);
  const found = await run("profiles", "list", "sonnet-4-5", "--driver", "anthropic");
  expect(found.out).toMatch(/^anthropic\/claude-sonnet-4-5 +\d+ +.*anthropic/m);
  expect((await run("profiles", "list", "no-such-model")).out).toBe("The catalog knows no such model.\n");
  expect((await run("orgs", "rename", "acme")).out).toBe("Renamed default to acme.\n");
  expect((await run("orgs", "list")).out).toContain("acme");
}, 30_000);
