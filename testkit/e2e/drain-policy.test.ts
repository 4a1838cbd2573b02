import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { RecordedRequest } from "../mocks/shared/mock-server.ts";
import type { Pace } from "../mocks/shared/scripted-reply.ts";
import { readMetrics } from "../read-metrics.ts";
import { type EverySurface, type SurfaceCall, startEverySurface, surfaceCalls } from "./every-surface.ts";

// `on_disconnect: drain`: what was begun is finished and billed with the vendor's own numbers, within bounds.

let world: EverySurface;
let key: string;
beforeAll(async () => {
  world = await startEverySurface();
  key = await world.key("drain");
});
afterAll(() => world.stop());

interface Row {
  readonly request_id: string;
  readonly outcome: string;
  readonly status: number;
  readonly usage_estimated: number;
  readonly output_tokens: number;
  readonly input_tokens: number;
}

/** The ledger, read past the API: a client that left before the headers never learned its request id. */
function rows({ penstock }: EverySurface): readonly Row[] {
  const database = new Database(join(penstock.dataDir, "penstock.db"), { readonly: true });
  try {
    return database.query("select * from usage_records order by request_id").all() as Row[];
  } finally {
    database.close();
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  let met = await condition();
  for (let waited = 0; waited < 5_000 && !met; waited += 20) {
    await Bun.sleep(20);
    met = await condition();
  }
  expect(met).toBe(true);
}

interface Leaving {
  readonly pace: Pace;
  readonly key: string;
  /** Leaves after the first bytes of the answer. */
  readonly midAnswer: boolean;
}

/** Calls and leaves; the vendor's side of it. */
async function leave(place: EverySurface, call: SurfaceCall, leaving: Leaving): Promise<RecordedRequest> {
  const vendor = place.vendors[call.vendor];
  vendor.reply({ ...call.reply, unchecked: true, pace: leaving.pace });
  const arrived = vendor.nextRequest();
  const client = new AbortController();
  const answer = place.penstock
    .post(call.path, call.body, {
      signal: client.signal,
      headers: { authorization: `Bearer ${leaving.key}` },
    })
    .then((response) => response.body?.getReader().read());
  answer.catch(() => {});
  const request = await arrived;
  if (leaving.midAnswer) await answer;
  client.abort();
  return request;
}

describe.each(surfaceCalls.filter(({ billed }) => billed))("$title", (call) => {
  test.each(call.stream ? [false, true] : [false])(
    "a client that left, mid-answer: %p",
    async (midAnswer) => {
      const vendor = world.vendors[call.vendor];
      const headers = { authorization: `Bearer ${key}` };
      vendor.reply({ ...call.reply, unchecked: true });
      const whole = await world.penstock.post(call.path, call.body, { headers });
      await whole.text();
      const id = whole.headers.get("x-penstock-request-id") ?? "";
      await world.penstock.ledgerRow(id);
      const before = rows(world);
      const pace = midAnswer ? { cutAt: [call.begun], betweenMs: 150 } : { delayMs: 150 };
      const request = await leave(world, call, { key, midAnswer, pace });
      await until(() => rows(world).length === before.length + 1);
      expect(request.isAborted).toBe(false);
      const stayed = before.find((row) => row.request_id === id);
      const left = rows(world).find((row) => !before.some(({ request_id }) => request_id === row.request_id));
      expect(stayed).toMatchObject({ outcome: "completed", status: 200, usage_estimated: 0 });
      expect(stayed?.input_tokens).toBeGreaterThan(0);
      // The same tokens as for the client that stayed.
      const { request_id: _id, outcome, status, ...used } = left ?? ({} as Row);
      expect([outcome, status, used.usage_estimated]).toEqual(["client_disconnected", 499, 0]);
      expect([used.input_tokens, used.output_tokens]).toEqual([
        stayed?.input_tokens ?? -1,
        stayed?.output_tokens ?? -1,
      ]);
      expect(world.penstock.inFlight()).toBe(0);
    },
  );
});

const chat = surfaceCalls.find(({ path, stream }) => path === "/v1/chat/completions" && stream);
const whole = surfaceCalls.find(({ path, stream }) => path === "/v1/messages" && !stream);
if (chat === undefined || whole === undefined) throw new Error("no chat or messages among the surfaces");

test("a vendor that falls silent is given up as ever, and time and number are bounded", async () => {
  const bounded = await startEverySurface({
    settings: {
      timeouts: { firstByte: 5_000, idle: 300 },
      disconnects: { orphanMs: 700, orphans: 1, keptMs: 1_000, keptBytes: 1_000_000 },
    },
  });
  try {
    const own = await bounded.key("drain");
    const orphans = async () => {
      const metrics = await fetch(`${bounded.penstock.url}/metrics`);
      return readMetrics(await metrics.text()).value("penstock_orphaned_calls");
    };
    // Silence within a stream: the failure is the vendor's.
    await leave(bounded, chat, { key: own, midAnswer: true, pace: { silentAfter: chat.begun } });
    await until(async () => (await orphans()) === 1);
    await until(async () => (await orphans()) === 0 && rows(bounded).length === 1);
    expect(rows(bounded).at(-1)).toMatchObject({ outcome: "failed", status: 504 });
    // A vendor that drips for longer than is allowed, and one call more than is allowed.
    const drip = { chunkBytes: 700, betweenMs: 30 };
    const first = await leave(bounded, chat, { key: own, midAnswer: true, pace: drip });
    await until(async () => (await orphans()) === 1);
    const second = await leave(bounded, chat, { key: own, midAnswer: true, pace: drip });
    await second.aborted;
    expect(first.isAborted).toBe(false);
    await first.aborted;
    await until(async () => rows(bounded).length === 3);
    expect(rows(bounded).slice(-2)).toEqual([
      expect.objectContaining({ outcome: "client_disconnected", usage_estimated: 1 }),
      expect.objectContaining({ outcome: "client_disconnected", usage_estimated: 1 }),
    ]);
    // A vendor that has not said a word when the time is up.
    const silent = await leave(bounded, whole, { key: own, midAnswer: false, pace: { delayMs: 3_000 } });
    await silent.aborted;
    await until(async () => rows(bounded).length === 4);
    expect(rows(bounded).at(-1)).toMatchObject({ outcome: "client_disconnected", status: 499 });
    expect(await orphans()).toBe(0);
  } finally {
    await bounded.stop();
  }
});

test("shutting down waits for what goes on, and cuts it when time is up", async () => {
  for (const { drainSeconds, outcome } of [
    { drainSeconds: "5", outcome: { outcome: "client_disconnected", usage_estimated: 0 } },
    { drainSeconds: "0", outcome: { outcome: "client_disconnected", usage_estimated: 1 } },
  ]) {
    const dataDir = join(world.penstock.dataDir, `drain-${drainSeconds}`);
    const stopping = await startEverySurface({ dataDir, env: { PENSTOCK_DRAIN_SECONDS: drainSeconds } });
    const own = await stopping.key("drain");
    const pace = { cutAt: [chat.begun, chat.begun + 1], betweenMs: 300 };
    await leave(stopping, chat, { key: own, midAnswer: true, pace });
    await Bun.sleep(50);
    await stopping.stop();
    expect(rows(stopping)).toEqual([expect.objectContaining(outcome)]);
  }
});
