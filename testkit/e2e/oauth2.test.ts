import { afterAll, beforeAll, expect, test } from "bun:test";
import { type MockAuthority, startAuthority } from "../mocks/authority-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// A provider that signs in as an OAuth2 client, through the whole of Penstock.

let penstock: TestPenstock;
let authority: MockAuthority;
let vendor: ReturnType<typeof startVendor>;
let wall: ReturnType<typeof startWall>;
let wallCalls = 0;

/** Takes no token at all. */
function startWall() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      wallCalls++;
      return Response.json({ error: { message: "canary" } }, { status: 401 });
    },
  });
}

/** Takes tokens of the authority only. */
function startVendor() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (!authority.accepts(token)) return Response.json({ error: { message: "canary" } }, { status: 401 });
      if (new URL(request.url).pathname === "/v1/models") return Response.json({ data: [{ id: "den-1" }] });
      const message = { role: "assistant", content: "signed" };
      return Response.json({
        id: "c1",
        model: "den-1",
        choices: [{ index: 0, message, finish_reason: "stop" }],
      });
    },
  });
}

beforeAll(async () => {
  penstock = await startPenstock();
  authority = startAuthority({ delayMs: 20 });
  vendor = startVendor();
  wall = startWall();
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([authority.close(), vendor.stop(true), wall.stop(true)]);
});

const provider = (name: string, clientSecret: string) => ({
  name,
  driver: "custom",
  base_url: `http://127.0.0.1:${vendor.port}`,
  models: ["den-1"],
  options: { auth: "oauth2", token_url: authority.tokenUrl, scope: "models" },
  credentials: { client_id: authority.clientId, client_secret: clientSecret },
});
const hello = (model: string) => ({ model, messages: [{ role: "user", content: "Hi" }] });

test("many calls at once need one token, and nobody sees it or the secret", async () => {
  const made = await penstock.api(
    "POST",
    "/providers?discover=false",
    provider("den", authority.clientSecret),
  );
  expect(made.status).toBe(201);
  const asked = authority.requests.length;
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => penstock.post("/v1/chat/completions", hello("den/den-1"))),
  );
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  // The token of the probe is still good.
  expect([asked, authority.requests.length]).toEqual([1, 1]);
  expect(JSON.stringify([made.body, texts, (await penstock.api("GET", "/providers")).body])).not.toContain(
    "canary",
  );
});

test("a token that the vendor refuses early is got anew once, and the calls are sent once more", async () => {
  const asked = authority.requests.length;
  authority.revoke();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => penstock.post("/v1/chat/completions", hello("den/den-1"))),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(authority.requests.length - asked).toBe(1);
});

test("a vendor that refuses every token is told so after one more try, and the authority is left alone", async () => {
  const made = await penstock.api("POST", "/providers?discover=false&validate=false", {
    ...provider("wall", authority.clientSecret),
    base_url: `http://127.0.0.1:${wall.port}`,
    options: { auth: "oauth2", token_url: authority.tokenUrl, scope: "wall" },
  });
  expect(made.status).toBe(201);
  const asked = authority.requests.length;
  for (const calls of [2, 3, 4]) {
    const answer = await penstock.post("/v1/chat/completions", hello("wall/den-1"));
    expect(answer.status).toBe(401);
    expect(JSON.parse(await answer.text()).error).toMatchObject({ code: "upstream_credential_rejected" });
    expect(wallCalls).toBe(calls);
  }
  expect(authority.requests.length - asked).toBe(2);
});

test("a key that never changes is not tried twice", async () => {
  const before = wallCalls;
  const made = await penstock.api("POST", "/providers?discover=false&validate=false", {
    name: "static",
    driver: "openai_completions",
    base_url: `http://127.0.0.1:${wall.port}`,
    credentials: { api_key: "sk-wrong" },
    models: ["den-1"],
  });
  expect(made.status).toBe(201);
  expect((await penstock.post("/v1/chat/completions", hello("static/den-1"))).status).toBe(401);
  expect(wallCalls - before).toBe(1);
});

test("a client that is refused is not saved, and fails by name when it is saved all the same", async () => {
  const refused = await penstock.api("POST", "/providers?discover=false", provider("cold", "wrong-canary"));
  expect(refused.status).toBe(422);
  const saved = await penstock.api(
    "POST",
    "/providers?discover=false&validate=false",
    provider("cold", "wrong-canary"),
  );
  expect(saved.status).toBe(201);
  const answer = await penstock.post("/v1/chat/completions", hello("cold/den-1"));
  const text = await answer.text();
  expect(answer.status).toBe(401);
  expect(JSON.parse(text).error).toMatchObject({ code: "upstream_credential_rejected" });
  expect(text).toContain("`cold`");
  expect(JSON.stringify([refused.body, saved.body, text])).not.toContain("canary");
});
