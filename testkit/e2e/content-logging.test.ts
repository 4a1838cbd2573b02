import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// What calls say is nobody's business unless the organization wants it kept.

const secretWords = "canary-words-4711";
let penstock: TestPenstock;
beforeAll(async () => {
  penstock = await startPenstock();
});
afterAll(() => penstock.stop());

const logging = (retention: { retention_days: number } | null) =>
  penstock.api("PATCH", "/settings", { content_logging: retention });

async function ask(body: object): Promise<{ readonly id: string; readonly text: string }> {
  const response = await penstock.post("/v1/chat/completions", {
    model: "playground-llm",
    messages: [{ role: "user", content: `Please repeat: ${secretWords}` }],
    ...body,
  });
  return { id: response.headers.get("x-penstock-request-id") ?? "", text: await response.text() };
}

const content = (id: string) => penstock.api("GET", `/requests/${id}/content`);

test("nothing is kept by default", async () => {
  const { id } = await ask({});
  expect((await penstock.ledgerRow(id)).outcome).toBe("completed");
  expect(await content(id)).toMatchObject({ status: 404 });
});

test("request and answer are kept once it is turned on, of streams too, and reading them is audited", async () => {
  expect(await logging({ retention_days: 7 })).toMatchObject({
    body: { content_logging: { retention_days: 7 } },
  });
  const whole = await ask({});
  const stream = await ask({ stream: true });
  for (const { id, text } of [whole, stream]) {
    const { status, body } = await content(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, response: text, truncated: false });
    expect(JSON.stringify(body)).toContain(secretWords);
    expect((await penstock.ledgerRow(id)).outcome).toBe("completed");
    const { body: audit } = await penstock.api("GET", "/audit?action=request.read_content");
    expect(JSON.stringify(audit)).toContain(id);
    expect(JSON.stringify(audit)).not.toContain(secretWords);
  }
});

test("of what is very long, the beginning is kept and marked", async () => {
  const { id } = await ask({ messages: [{ role: "user", content: "x".repeat(400_000) }] });
  const { body } = await content(id);
  expect(body).toMatchObject({ truncated: true });
});

test("turned off again, nothing new is kept; what was stays until its time is over", async () => {
  const before = await ask({});
  expect((await content(before.id)).status).toBe(200);
  await logging(null);
  expect((await content((await ask({})).id)).status).toBe(404);
  expect((await content(before.id)).status).toBe(200);
});
