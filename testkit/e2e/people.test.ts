import { expect, test } from "bun:test";
import { z } from "zod";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { password } from "../people.ts";

// People at a whole server, over its socket.

async function signUp(penstock: TestPenstock, headers: Record<string, string> = {}): Promise<string> {
  const { setup_url } = await Bun.file(`${penstock.dataDir}/bootstrap.json`).json();
  const token = new URL(setup_url).searchParams.get("token");
  const response = await fetch(`${penstock.url}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ token, email: "olive@example.com", name: "Olive", password }),
  });
  expect(response.status).toBe(201);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

async function addressOf(penstock: TestPenstock, cookie: string): Promise<unknown> {
  const response = await fetch(`${penstock.url}/api/v1/auth/sessions`, { headers: { cookie } });
  const { data } = z
    .object({ data: z.array(z.object({ address: z.string().nullable() })) })
    .parse(await response.json());
  return data[0]?.address;
}

test("the address of a session is the socket's, whatever a client claims", async () => {
  await using penstock = await startPenstock();
  const cookie = await signUp(penstock, { "x-forwarded-for": "198.51.100.1" });
  expect(await addressOf(penstock, cookie)).toBe("127.0.0.1");
});

test("behind a trusted proxy it is the one that the proxy tells, and stands in the audit log", async () => {
  await using penstock = await startPenstock({ env: { PENSTOCK_TRUST_PROXY: "127.0.0.1" } });
  const forwarded = { "x-forwarded-for": "203.0.113.99, 198.51.100.1" };
  const cookie = await signUp(penstock, forwarded);
  expect(await addressOf(penstock, cookie)).toBe("198.51.100.1");
  const made = await fetch(`${penstock.url}/api/v1/keys`, {
    method: "POST",
    headers: { cookie, ...forwarded, origin: penstock.url, "content-type": "application/json" },
    body: JSON.stringify({ name: "by a person" }),
  });
  expect(made.status).toBe(201);
  const { body } = await penstock.api("GET", "/audit?action=key.create&limit=1");
  const [act] = z.object({ data: z.array(z.unknown()) }).parse(body).data;
  expect(act).toMatchObject({ address: "198.51.100.1", actor: { kind: "user", name: "olive@example.com" } });
});

test("a key that a person makes works at the gateway at once, and the first keys go on working", async () => {
  await using penstock = await startPenstock();
  const cookie = await signUp(penstock);
  const made = await fetch(`${penstock.url}/api/v1/keys`, {
    method: "POST",
    headers: { cookie, origin: penstock.url, "content-type": "application/json" },
    body: JSON.stringify({ name: "mine" }),
  });
  const { value } = z.object({ value: z.string() }).parse(await made.json());
  const body = { model: "playground-llm", messages: [{ role: "user", content: "Hello" }] };
  for (const key of [value, penstock.gatewayKey]) {
    const answer = await penstock.post("/v1/chat/completions", body, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
  }
});
