import { afterAll, beforeAll, expect, test } from "bun:test";
import { type MockAuthority, startAuthority } from "../mocks/authority-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// A provider that signs in as an OAuth2 client, through the whole of Penstock.

let penstock: TestPenstock;
let authority: MockAuthority;
let vendor: ReturnType<typeof startVendor>;

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
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([authority.close(), vendor.stop(true)]);
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
