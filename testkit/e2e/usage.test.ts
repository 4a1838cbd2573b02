import { afterAll, beforeAll, expect, test } from "bun:test";
import type { RequestBody } from "../../src/api/schemas/request.ts";
import type { SpendBody, UsageBody } from "../../src/api/schemas/usage.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { penstockProgram } from "../penstock-program.ts";

// What gateway calls used is what the API and the commands tell of it, in every form.

let penstock: TestPenstock;
const calls = 12;

beforeAll(async () => {
  penstock = await startPenstock();
  for (let at = 0; at < calls; at++) {
    const response = await fetch(`${penstock.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${penstock.gatewayKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: at % 4 === 3 ? '=no,such"model' : "playground-llm",
        messages: [{ role: "user", content: `call ${at}` }],
      }),
    });
    expect(response.status).toBe(at % 4 === 3 ? 404 : 200);
    await response.text();
  }
  // The queue is written within a fifth of a second.
  await Bun.sleep(600);
}, 60_000);

afterAll(() => penstock.stop());

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${penstock.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${penstock.adminKey}`, ...headers },
  });
}

interface Answer<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
  readonly from?: string;
  readonly to?: string | null;
}

async function page<T>(path: string): Promise<Answer<T>> {
  return (await (await get(path)).json()) as Answer<T>;
}

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

test("sums are those of the rows, and rows are those of the calls", async () => {
  const { data: rows } = await page<RequestBody>("/requests?limit=1000");
  expect(rows.length).toBe(calls);
  const { data: groups } = await page<UsageBody>("/usage?group_by=provider,outcome&interval=day");
  expect(groups.map(({ outcome, requests }) => [outcome, requests]).sort()).toEqual([
    ["completed", 9],
    ["failed", 3],
  ]);
  const { data: sums, from, to } = await page<UsageBody>("/usage");
  const output = rows.reduce((sum, { usage }) => sum + usage.output, 0);
  expect(sums).toMatchObject([{ requests: calls, completed: 9, failed: 3, tokens: { output } }]);
  expect(sums[0]?.latency_ms.total).toBeGreaterThan(0);
  expect([from?.slice(7), to]).toEqual(["-01T00:00:00.000Z", null]);
  const { data: spend } = await page<SpendBody>("/spend?group_by=key");
  expect(spend).toMatchObject([{ requests: calls, key: "first gateway key" }]);
});

test("rows come page by page, each once", async () => {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const answer: Answer<RequestBody> = await page(`/requests?limit=5${cursor && `&cursor=${cursor}`}`);
    ids.push(...answer.data.map(({ id }) => id));
    cursor = answer.next_cursor;
  }
  expect(new Set(ids).size).toBe(calls);
  expect(ids).toEqual(ids.toSorted().reverse());
});

test("CSV is whole, quoted, and runs nothing in a spreadsheet", async () => {
  for (const response of [
    await get("/requests?format=csv"),
    await get("/requests", { accept: "text/csv" }),
  ]) {
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="requests.csv"');
    const lines = (await response.text()).split("\r\n");
    expect(lines.length).toBe(calls + 2);
    expect(lines[0]).toStartWith("id,key_id,provider_id,provider,requested_model,");
    expect(lines[0]).toContain(",usage_input,");
    expect(lines.filter((line) => line.includes(`,"'=no,such""model",`)).length).toBe(3);
  }
  const usage = await (await get("/usage?format=csv&group_by=outcome")).text();
  expect(usage).toMatch(/^outcome,requests,completed,.*\r\ncompleted,9,9,.*\r\nfailed,3,0,/);
  expect(
    await (
      await get("/spend?format=csv&group_by=model&from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z")
    ).text(),
  ).toMatch(/^model,requests,cost_usd,.*\r\n$/);
});

test("JSON lines are the same items", async () => {
  const response = await get("/requests?outcome=failed", { accept: "application/x-ndjson" });
  const lines = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([...(await page<RequestBody>("/requests?outcome=failed")).data]);
  expect(lines.length).toBe(3);
});

test("what contradicts itself is refused", async () => {
  expect((await get("/requests?format=csv&limit=3")).status).toBe(422);
  expect((await get("/usage?group_by=hour,day")).status).toBe(422);
  expect((await get("/usage?group_by=nothing")).status).toBe(422);
  expect((await get("/requests?from=2030-02-01T00:00:00Z&to=2030-01-01T00:00:00Z&format=csv")).status).toBe(
    422,
  );
  expect((await get("/requests", { accept: "image/png" })).status).toBe(406);
  expect((await get("/keys", { accept: "text/csv" })).status).toBe(406);
});

test("the commands tell the same", async () => {
  const usage = await run("usage", "--by", "outcome,model");
  expect(usage.out).toMatch(/^MODEL +OUTCOME +REQUESTS +FAILED/);
  expect(usage.out).toMatch(/^playground-llm +completed +9 +0 /m);
  expect(JSON.parse((await run("spend", "--json")).out)).toMatchObject([{ requests: calls }]);
  const failed = await run("requests", "--outcome", "failed", "--limit", "2");
  expect(failed.out.match(/ 404 +model_not_found /g)?.length).toBe(2);
  expect((await run("requests", "--csv")).out.trim().split("\n").length).toBe(calls + 1);
  const odd = await run("usage", "--from", "yesterday");
  expect([odd.code, odd.err.includes("--from must be a day")]).toEqual([2, true]);
}, 60_000);
