import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPenstock, type TestPenstock } from "../../testkit/penstock.ts";
import { penstockProgram } from "../../testkit/penstock-program.ts";

let penstock: TestPenstock;

beforeAll(async () => {
  penstock = await startPenstock();
});

afterAll(() => penstock.stop());

async function run(...args: string[]) {
  const child = Bun.spawn([...penstockProgram(), ...args], {
    env: { PATH: process.env.PATH, PENSTOCK_URL: penstock.url, PENSTOCK_ADMIN_KEY: penstock.adminKey },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

/** Accepts an invitation as its new owner would. */
async function accept(url: string, name: string): Promise<number> {
  const token = new URL(url).searchParams.get("token");
  const response = await fetch(`${penstock.url}/api/v1/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, account: { name, password: "correct horse battery" } }),
  });
  return response.status;
}

test("somebody is invited, listed, given another role and taken out", async () => {
  const invited = await run("members", "invite", "ann@example.com", "--role", "viewer");
  expect(invited).toMatchObject({
    code: 0,
    err: expect.stringContaining("Invited ann@example.com as viewer."),
  });
  const link = invited.out.trim();
  expect(link).toMatch(/^http:\/\/localhost:\d+\/invite\?token=\S{43}$/);
  expect((await run("members", "list")).out).toMatch(/^ann@example\.com +viewer +invited/m);
  expect(await accept(link, "Ann")).toBe(200);
  expect((await run("members", "list")).out).toMatch(/^ann@example\.com +viewer +member +Ann/m);
  expect(await run("members", "role", "ann@example.com", "member")).toMatchObject({
    ...{ code: 0, out: "ann@example.com is member now.\n" },
  });
  const up = await run("members", "role", "ann@example.com", "admin");
  expect([up.code, up.err.includes("needs the role `owner`")]).toEqual([1, true]);
  const odd = await run("members", "role", "ann@example.com", "king");
  expect([odd.code, odd.err.includes("owner, admin, member, viewer")]).toEqual([2, true]);
  expect((await run("members", "remove", "ann@example.com")).code).toBe(2);
  expect((await run("members", "remove", "ann@example.com", "--yes")).out).toBe("Removed ann@example.com.\n");
  const list = JSON.parse((await run("members", "list", "--json")).out);
  expect(list).toEqual({ members: [], invitations: [] });
}, 60_000);

test("an invitation is revoked by its address", async () => {
  const { out } = await run("members", "invite", "bob@example.com");
  const revoked = await run("members", "remove", "bob@example.com", "--yes");
  expect(revoked.out).toBe("Revoked the invitation of bob@example.com.\n");
  expect(await accept(out.trim(), "Bob")).toBe(403);
}, 30_000);

test("the first admin key makes an organization, whose owner gets a link", async () => {
  const made = await run("orgs", "create", "research", "--owner", "ann@example.com");
  expect(made.code).toBe(0);
  expect(await accept(made.out.trim(), "Ann")).toBe(409);
  const again = await run("orgs", "create", "Research", "--owner", "ann@example.com");
  expect([again.code, again.err.includes("exists")]).toEqual([1, true]);
  const other = await run("orgs", "create", "sales", "--owner", "carl@example.com");
  expect(await accept(other.out.trim(), "Carl")).toBe(200);
  expect((await run("orgs", "list")).out).toMatch(/^default +org_/m);
}, 30_000);

test("somebody who forgot their password gets a link", async () => {
  const invited = await run("members", "invite", "dora@example.com");
  expect(await accept(invited.out.trim(), "Dora")).toBe(200);
  const made = await run("members", "reset-password", "dora@example.com");
  expect([made.code, made.err.includes("dora@example.com can set a new password.")]).toEqual([0, true]);
  expect(made.out).toMatch(/^http:\/\/localhost:\d+\/password-reset\?token=\S{43}\n$/);
  const page = await fetch(made.out.trim());
  expect([page.status, (await page.text()).includes("dora@example.com")]).toEqual([200, true]);
  const unknown = await run("members", "reset-password", "nobody@example.com");
  expect([unknown.code, unknown.err.includes("there is no member")]).toEqual([1, true]);
}, 30_000);
