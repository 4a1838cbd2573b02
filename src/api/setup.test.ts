import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openBrowser } from "../../testkit/browser.ts";
import { startControlPlane, type TestControlPlane } from "../../testkit/control-plane.ts";
import { explainNothing } from "../../testkit/explain-nothing.ts";
import { password } from "../../testkit/people.ts";
import { firstStart } from "../services/bootstrap/first-start.ts";
import { type Api, createApi } from "./create-api.ts";

let plane: TestControlPlane;
let link: URL;
let adminKey: string;
let app: Api;
let browser: Browser;

beforeEach(async () => {
  plane = await startControlPlane({ orgName: "not-the-first" });
  const { file } = await firstStart(plane.ctx, { dataDir: plane.dir, url: "http://gateway.test" });
  link = new URL(file?.setup_url ?? "");
  adminKey = file?.admin_key ?? "";
  const options = { services: plane.ctx, gatewayUrl: "http://gateway.test", version: "1" };
  app = createApi({
    ...options,
    explain: explainNothing,
    resolve: () => ({ model: "", rule: "none", targets: [], near: [] }),
  });
  browser = openBrowser(app);
});

afterEach(() => plane.stop());

const token = () => link.searchParams.get("token") ?? "";
const account = { email: "Olive@Example.com", name: "Olive <b>", password };

describe("the first start's link", () => {
  test("opens with its token only, and tells others nothing", async () => {
    const page = await browser.visit("GET", link.pathname + link.search);
    expect([page.status, page.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/html"),
    ]);
    expect(page.text).toContain('<form method="post" action="/setup">');
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect(page.text).not.toContain(adminKey);
    for (const path of ["/setup", "/setup?token=", "/setup?token=wrong", `${link.pathname}${link.search}x`]) {
      const refused = await browser.visit("GET", path);
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain("gateway.test");
    }
  });

  test("its form makes the owner and operator, signed in, once; what is wrong is said in the form", async () => {
    const short = await browser.visit("POST", "/setup", {
      form: { token: token(), ...account, password: "short" },
    });
    expect(short.status).toBe(422);
    expect(short.text).toContain("password must have 12 characters or more");
    expect(short.text).toContain("Olive &#60;b&#62;");
    expect(short.text).not.toContain("Olive <b>");
    const done = await browser.visit("POST", "/setup", { form: { token: token(), ...account } });
    expect([done.status, done.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/html"),
    ]);
    expect(done.text).toContain("http://gateway.test/v1/chat/completions");
    const { body } = await browser.visit("GET", "/api/v1/auth/session");
    expect(body).toMatchObject({
      user: { email: "olive@example.com", name: "Olive <b>", operator: true },
      orgs: [{ role: "owner" }],
    });
    const other = openBrowser(app);
    expect((await other.visit("POST", "/setup", { form: { token: token(), ...account } })).status).toBe(403);
    expect((await other.visit("GET", link.pathname + link.search)).status).toBe(403);
    const json = await other.visit("POST", "/api/v1/setup", { json: { token: token(), ...account } });
    expect([json.status, json.body.code]).toEqual([403, "link_invalid"]);
  });

  test("the JSON route does the same, once", async () => {
    const input = { token: token(), ...account };
    const wrong = await browser.visit("POST", "/api/v1/setup", { json: { ...input, token: "wrong" } });
    expect([wrong.status, wrong.body.code]).toEqual([403, "link_invalid"]);
    const bad = await browser.visit("POST", "/api/v1/setup", { json: { ...input, email: "nobody" } });
    expect(bad.body.problems).toEqual([{ path: "/email", message: "must be an email address" }]);
    const made = await browser.visit("POST", "/api/v1/setup", { json: input });
    expect(made.status).toBe(201);
    expect((await browser.visit("GET", "/api/v1/org")).status).toBe(200);
    expect((await browser.visit("POST", "/api/v1/setup", { json: input })).status).toBe(403);
  });

  test("another site's form is refused before the token is looked at", async () => {
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "", origin: "https://evil.example" },
      { "sec-fetch-site": "", origin: "null" },
    ]) {
      const refused = await browser.visit("POST", "/setup", {
        form: { token: token(), ...account },
        headers,
      });
      expect([refused.status, refused.body.code]).toEqual([403, "cross_site_refused"]);
    }
    expect((await browser.visit("GET", link.pathname + link.search)).status).toBe(200);
  });

  test("the keys of bootstrap.json work before and after", async () => {
    const status = async () => {
      const headers = { authorization: `Bearer ${adminKey}` };
      return (await browser.visit("GET", "/api/v1/org", { headers })).status;
    };
    expect(await status()).toBe(200);
    await browser.visit("POST", "/setup", { form: { token: token(), ...account } });
    browser.cookies.clear();
    expect(await status()).toBe(200);
  });
});
