import { afterEach, beforeEach, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { openBrowser } from "../../testkit/browser.ts";
import { addMember, password } from "../../testkit/people.ts";

const email = "ann@example.com";
const newPassword = "a brand new password";

let api: TestApi;
let id: string;

beforeEach(async () => {
  api = await startApi();
  id = await addMember(api.plane.ctx, { orgId: api.plane.orgId, email, role: "member" });
});

afterEach(() => api.stop());

async function link(): Promise<URL> {
  const { status, body } = await api.call("POST", `/members/${id}/password-reset`);
  expect([status, Object.keys(body).toSorted()]).toEqual([201, ["email", "expires_at", "url"]]);
  return new URL((body as unknown as { readonly url: string }).url);
}

async function signIn(secret: string) {
  const browser = openBrowser(api.app);
  const json = { email, password: secret };
  return { browser, ...(await browser.visit("POST", "/api/v1/auth/sign-in", { json })) };
}

test("the link's page sets the password and ends the sessions; afterwards it says only that it is not valid", async () => {
  const { browser: elsewhere } = await signIn(password);
  const { pathname, search, searchParams } = await link();
  const browser = openBrowser(api.app);
  const shown = await browser.visit("GET", pathname + search);
  expect([shown.status, shown.text.includes(email)]).toEqual([200, true]);
  expect(shown.headers.get("content-security-policy")).toContain("form-action 'self'");
  const token = searchParams.get("token") ?? "";
  const submit = (secret: string) =>
    browser.visit("POST", "/password-reset", { form: { token, password: secret } });
  const short = await submit("short");
  expect([short.status, short.text.includes("12 characters or more")]).toEqual([422, true]);
  const done = await submit(newPassword);
  expect([done.status, done.text.includes(email)]).toEqual([200, true]);
  expect((await elsewhere.visit("GET", "/api/v1/org")).status).toBe(401);
  expect([(await signIn(password)).status, (await signIn(newPassword)).status]).toEqual([401, 200]);
  const again = await browser.visit("GET", pathname + search);
  const wrong = await browser.visit("GET", "/password-reset?token=wrong");
  const none = await browser.visit("GET", "/password-reset");
  expect([again.status, again.text]).toEqual([403, wrong.text]);
  expect([none.status, none.text]).toEqual([403, wrong.text]);
  expect((await submit(newPassword)).status).toBe(403);
});

test("programs do the same by JSON, and learn of a wrong, a used and an expired token alike", async () => {
  const token = (await link()).searchParams.get("token");
  const browser = openBrowser(api.app);
  const send = async (path: string, json: unknown) => {
    const answer = await browser.visit("POST", `/api/v1/auth/password-reset${path}`, { json });
    const { code, detail } = answer.body as unknown as { code?: string; detail?: string };
    return { status: answer.status, body: answer.body, refusal: [code, detail] };
  };
  expect(await send("/preview", { token })).toMatchObject({ status: 200, body: { email } });
  expect((await send("", { token, new_password: newPassword })).status).toBe(204);
  const used = await send("", { token, new_password: newPassword });
  expect([used.status, used.refusal[0]]).toEqual([403, "link_invalid"]);
  expect((await send("", { token: "wrong", new_password: newPassword })).refusal).toEqual(used.refusal);
  expect((await send("/preview", { token })).refusal).toEqual(used.refusal);
  expect((await signIn(newPassword)).status).toBe(200);
});

test("a form of another site sets nothing", async () => {
  const token = (await link()).searchParams.get("token") ?? "";
  const form = { token, password: newPassword };
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  const answer = await openBrowser(api.app).visit("POST", "/password-reset", { form, headers });
  expect(answer.status).toBe(403);
  expect((await signIn(password)).status).toBe(200);
});
