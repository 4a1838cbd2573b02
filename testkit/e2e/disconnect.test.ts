import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { startRawCall } from "./raw-call.ts";
import { chatSurface, messagesSurface, type Pair, pairs, startWorld, vendorOf, type World } from "./world.ts";

// A client that leaves takes its vendor call with it: tokens that nobody reads are not paid for.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The ledger's newest rows, read past the API: a client that left before the headers never learned its request id. */
function newestRows(count: number): { outcome: string; status: number }[] {
  const database = new Database(join(world.penstock.dataDir, "penstock.db"), { readonly: true });
  try {
    return database
      .query("select outcome, status from usage_records order by started_at desc, request_id desc limit ?")
      .all(count) as { outcome: string; status: number }[];
  } finally {
    database.close();
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000 && !condition(); waited += 20) await Bun.sleep(20);
  expect(condition()).toBe(true);
}

interface Leaving {
  readonly stream: boolean;
  readonly reply: ScriptedReply;
  /** Leaves after the first bytes of the answer, instead of while it waits for them. */
  readonly midAnswer: boolean;
}

/** Calls, leaves, and returns after how many milliseconds the vendor knew. */
async function leave(pair: Pair, { stream, reply, midAnswer }: Leaving): Promise<number> {
  const vendor = vendorOf(world, pair);
  vendor.reply(reply);
  const arrived = vendor.nextRequest();
  const client = new AbortController();
  const answer = world.penstock
    .post(pair.surface.path, pair.surface.body(pair.model, { stream }), { signal: client.signal })
    .then(async (response) => {
      const reader = response.body?.getReader();
      if (midAnswer) await reader?.read();
      return reader;
    });
  answer.catch(() => {});
  const request = await arrived;
  if (midAnswer && stream) await answer;
  // Time for the vendor's first bytes to be under way.
  else await Bun.sleep(30);
  const left = performance.now();
  client.abort();
  const aborted = await Promise.race([
    request.aborted,
    Bun.sleep(3_000).then(() => Number.POSITIVE_INFINITY),
  ]);
  return aborted - left;
}

const recording = (pair: Pair, end: "json" | "chunks.txt") =>
  pair.wire === "chat" ? `openai/chat/openai-text.${end}` : `anthropic/anthropic-text.${end}`;

describe.each(pairs)("$title", (pair) => {
  test.each([
    { title: "before the first byte of a stream", stream: true, midAnswer: false },
    { title: "before the first byte of a whole answer", stream: false, midAnswer: false },
    { title: "in mid-stream", stream: true, midAnswer: true },
    { title: "in the middle of a whole answer", stream: false, midAnswer: true },
  ])("$title", async ({ stream, midAnswer }) => {
    const reply: ScriptedReply = midAnswer
      ? {
          recording: recording(pair, stream ? "chunks.txt" : "json"),
          pace: { silentAfter: stream ? 1_200 : 60 },
        }
      : { json: {}, pace: { delayMs: 4_000 } };
    const times: number[] = [];
    // One slow turn of a busy machine says nothing; three do.
    for (let attempt = 0; attempt < 3 && (times.at(-1) ?? 101) > 100; attempt++)
      times.push(await leave(pair, { stream, reply, midAnswer }));
    expect(Math.min(...times)).toBeLessThan(100);
    await until(() => world.penstock.inFlight() === 0);
    const gone = { outcome: "client_disconnected", status: 499 };
    await until(() => newestRows(1)[0]?.outcome === gone.outcome);
    expect(newestRows(times.length)).toEqual(times.map(() => expect.objectContaining(gone)));
    // So that the next test cannot take this row for its own.
    const done = await world.penstock.post(pair.surface.path, pair.surface.body("playground-llm"));
    await done.text();
    await world.penstock.ledgerRow(done.headers.get("x-penstock-request-id") ?? "");
  });
});

test.each([chatSurface, messagesSurface])(
  "the playground stops talking to a $name client that left",
  async (surface) => {
    // Much more than the sockets' buffers hold: an answer that was sent whole is no longer cut.
    const messages = [{ role: "user", content: "word ".repeat(500_000) }];
    const body = surface.body("playground-llm", { stream: true, messages, max_tokens: 1_000_000 });
    const client = await startRawCall(world.penstock, { path: surface.path, body });
    const begun = await client.begun;
    client.leave();
    const [, id = ""] = /^x-penstock-request-id: (\S+)/im.exec(begun) ?? [];
    const row = await world.penstock.ledgerRow(id);
    expect(row).toMatchObject({ outcome: "client_disconnected", status: 499 });
    expect(world.penstock.inFlight()).toBe(0);
  },
);

test("a client that leaves while it sends its request is no failure of ours", async () => {
  const { hostname, port } = new URL(world.penstock.url);
  const before = world.chat.requests.length;
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: { data() {} },
  });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.penstock.gatewayKey}\r\n` +
      'content-type: application/json\r\ncontent-length: 5000\r\n\r\n{"model":"gpt-4o-mini",',
  );
  await until(() => world.penstock.inFlight() === 1);
  socket.terminate();
  await until(() => world.penstock.inFlight() === 0);
  expect(world.chat.requests.length).toBe(before);
});
