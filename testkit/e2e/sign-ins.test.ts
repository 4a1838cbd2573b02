import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MockAuthorizationServer, startAuthorizationServer } from "../mocks/authorization-server.ts";
import { startDaytonaMock } from "../mocks/daytona-server.ts";
import { startGitHubMock } from "../mocks/github-server.ts";
import { signedVendor } from "../mocks/signed-vendor.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { penstockProgram } from "../penstock-program.ts";

// People sign in at services and vendors, through the whole of Penstock, and their sign-ins outlive it.

const email = "olive@example.com";
const password = "correct horse battery";
/** What browsers accept. */
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const hello = { model: "den/den-1", messages: [{ role: "user", content: "Hi" }] };

let folder: string;
let penstock: TestPenstock;
let cookie: string;
let redirectUri: string;
let vendor: MockAuthorizationServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "penstock-sign-ins-"));
  penstock = await startPenstock({ dataDir: join(folder, "data") });
  const { setup_url } = await Bun.file(join(folder, "data", "bootstrap.json")).json();
  const token = new URL(setup_url).searchParams.get("token");
  const made = await visit("POST", "/api/v1/setup", { json: { token, email, name: "Olive", password } });
  cookie = made.headers
    .getSetCookie()
    .map((each) => each.split(";", 1)[0])
    .join("; ");
  const { data } = await json(await visit("GET", "/api/v1/connectors"));
  redirectUri = data[0]?.oauth?.redirect_uri ?? "";
  // Tokens that are renewed after two seconds.
  vendor = startAuthorizationServer({ redirectUri, dialect: signedVendor, expiresIn: 4 });
});
afterAll(async () => {
  await Promise.all([penstock.stop(), vendor.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** What the owner's browser sends. */
function visit(
  method: string,
  path: string,
  options: { readonly json?: unknown; readonly cookie?: string; readonly accept?: string } = {},
): Promise<Response> {
  const { json: body, accept } = options;
  const own = options.cookie ?? cookie;
  const headers = {
    "content-type": "application/json",
    ...(own !== undefined && own !== "" && { cookie: own }),
    ...(accept !== undefined && { accept }),
    ...(method !== "GET" && { "sec-fetch-site": "same-origin" }),
  };
  return fetch(`${penstock.url}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The fields of answers that are looked into one by one. */
interface Answered {
  readonly data: readonly {
    readonly id: string;
    readonly name: string;
    readonly oauth: { readonly redirect_uri: string } | null;
  }[];
  readonly oauth: unknown;
  readonly authorize_url: string;
}

async function json(response: Response): Promise<Answered> {
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as Answered;
}

/** Back to Penstock, whose port may not be that of its public URL. */
const back = (url: string, accept?: string) => {
  const { pathname, search } = new URL(url);
  return visit("GET", pathname + search, accept === undefined ? {} : { accept });
};

test("a member connects GitHub in a browser; somebody else who gets hold of the way back has nothing of it", async () => {
  await using github = startGitHubMock({ redirectUri });
  const { clientId, clientSecret, url } = github;
  const before = await json(await visit("GET", "/api/v1/connectors/github"));
  expect(before.oauth).toMatchObject({ available: false, client: null });
  const configured = await visit("PUT", "/api/v1/connectors/github", {
    json: { client_id: clientId, client_secret: clientSecret, options: { base_url: url, web_url: url } },
  });
  const { oauth } = await json(configured);
  expect(oauth).toMatchObject({ available: true, client: { client_secret: { configured: true } } });
  const begin = async (name: string) =>
    (
      await json(
        await visit("POST", "/api/v1/connections/oauth/authorize", {
          json: { connector: "github", name, return_to: "/settings?tab=connections" },
        }),
      )
    ).authorize_url;
  const way = await github.consent(await begin("hub"));
  const path = way.slice(new URL(way).origin.length);
  const stranger = await visit("GET", path, { cookie: "", accept: browser });
  expect([stranger.status, (await stranger.text()).includes("not signed in")]).toEqual([401, true]);
  const done = await back(way, browser);
  expect(done.status).toBe(302);
  const id = new URL(done.headers.get("location") ?? "", penstock.url).searchParams.get("connection");
  expect(done.headers.get("location")).toBe(`/settings?tab=connections&connection=${id}`);
  const twice = await back(way, browser);
  expect([twice.status, twice.headers.get("content-type")]).toEqual([400, "text/html; charset=UTF-8"]);
  const denied = await back(await github.consent(await begin("denied"), { deny: "access_denied" }));
  const { code } = (await denied.json()) as { code: string };
  expect([denied.status, code]).toEqual([403, "oauth_denied"]);
  const { data } = await json(await visit("GET", "/api/v1/connections"));
  expect(data).toMatchObject([
    { id, connector: "github", account: { name: "octocat" }, status: "connected" },
  ]);
  expect(JSON.stringify([before, oauth, data, await twice.text()])).not.toContain("canary");
  const asKey = await penstock.api("GET", "/connections");
  expect(asKey).toMatchObject({ status: 403, body: { code: "user_required" } });
});

test("a provider whose admin signed in answers before and after its token ends, and after a restart", async () => {
  const begun = await json(
    await visit("POST", "/api/v1/providers/oauth/authorize", {
      json: {
        name: "den",
        driver: "custom",
        base_url: vendor.url,
        models: ["den-1"],
        options: {
          auth: "oauth2",
          token_url: `${vendor.url}/token`,
          authorize_url: `${vendor.url}/authorize`,
        },
        credentials: { client_id: vendor.clientId, client_secret: vendor.clientSecret },
      },
    }),
  );
  const done = await back(await vendor.consent(begun.authorize_url), browser);
  expect([done.status, (await done.text()).includes("Provider signed in")]).toEqual([200, true]);
  const call = async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => penstock.post("/v1/chat/completions", hello)),
    );
    return new Set(answers.map(({ status }) => status));
  };
  expect(await call()).toEqual(new Set([200]));
  const asked = vendor.grants.length;
  await Bun.sleep(2500);
  expect(await call()).toEqual(new Set([200]));
  // Once for ten calls, and once more at most for a probe in the background.
  expect(vendor.grants.length - asked).toBeGreaterThanOrEqual(1);
  expect(vendor.grants.length - asked).toBeLessThanOrEqual(2);
  await penstock.stop();
  penstock = await startPenstock({ dataDir: join(folder, "data") });
  await Bun.sleep(4500);
  expect(await call()).toEqual(new Set([200]));
  expect(vendor.reuses()).toBe(0);
}, 60_000);

test("a saved provider is signed in again from its page", async () => {
  const { data } = await json(await visit("GET", "/api/v1/providers"));
  const id = data.find(({ name }) => name === "den")?.id;
  const begin = await visit("GET", `/api/v1/providers/${id}/oauth/authorize?return_to=/providers`);
  expect(begin.status).toBe(302);
  const target = new URL(begin.headers.get("location") ?? "");
  expect(target.origin).toBe(vendor.url);
  // The public URL of a server without a fixed port is another one after a restart, which the vendor does not know.
  expect(target.searchParams.get("redirect_uri")).toMatch(
    /^http:\/\/localhost:\d+\/api\/v1\/oauth\/callback$/,
  );
  const asKey = await penstock.api("GET", `/providers/${id}/oauth/authorize`);
  expect(asKey).toMatchObject({ status: 403, body: { code: "user_required" } });
});

test("the CLI signs a person in, connects, verifies and forgets", async () => {
  await using daytona = startDaytonaMock();
  const config = join(folder, "config");
  const run = async (args: string, env: Record<string, string> = {}) => {
    const child = Bun.spawn([...penstockProgram(), ...args.split(" ")], {
      env: { PATH: process.env.PATH, PENSTOCK_URL: penstock.url, XDG_CONFIG_HOME: config, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, err };
  };
  const early = await run("connections");
  expect([early.code, early.err.includes("penstock login")]).toEqual([1, true]);
  const wrong = await run(`login ${email} --password env:PW`, { PW: "wrong horse battery" });
  expect([wrong.code, wrong.err.includes("the password is wrong")]).toEqual([1, true]);
  expect((await run(`login ${email} --password env:PW`, { PW: password })).out).toBe(
    `Signed in as ${email} in default (owner).\n`,
  );
  expect((await stat(join(config, "penstock", "sessions.json"))).mode & 0o777).toBe(0o600);
  expect((await run("connections services")).out).toMatch(/^daytona +api_key +no/m);
  const add = (key: string) =>
    run(`connections add daytona --name box --credential api_key=env:KEY --option base_url=${daytona.url}`, {
      KEY: key,
    });
  const refused = await add("dtn_wrong_canary");
  expect([refused.code, refused.err.includes("refused the credential")]).toEqual([1, true]);
  expect((await add(daytona.apiKey)).out).toBe("Connected box as laptop.\n");
  expect((await run("connections")).out).toMatch(/^box +daytona +laptop +connected/m);
  expect((await run("connections verify box")).out).toBe("box works as laptop.\n");
  expect((await run("connections sign-in github --name second")).out).toContain("/login/oauth/authorize?");
  expect((await run("connections remove box")).code).toBe(2);
  expect((await run("connections remove box --yes")).out).toBe("Forgot box.\n");
  expect((await run("logout")).out).toBe(`Signed out ${email}.\n`);
  expect((await run("connections")).code).toBe(1);
  expect(JSON.stringify([refused, await run("connections services")])).not.toContain("canary");
}, 60_000);
