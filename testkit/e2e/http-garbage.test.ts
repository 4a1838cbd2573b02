import { afterAll, beforeAll, expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import { startRawVendor } from "../raw-vendor.ts";
import { selfSigned } from "../tls/self-signed.ts";
import type { Fault } from "./fault-cases.ts";
import { faultSurfaces } from "./fault-surfaces.ts";
import { type FaultWorld, type Got, limits, startFaultWorld, wires } from "./fault-world.ts";
import { floods, type Garbage, garbage, smuggled } from "./http-garbage.ts";
import { expectAnswer, expectFailure, expectNoSecrets, inContext, type Result } from "./judge-fault.ts";
import { answered } from "./vendor-plays.ts";
import { canary } from "./wire-answers.ts";

// What is no HTTP, or HTTP that could be read in two ways, through the whole process: an error in the client's words, at
// once, a row in the ledger, and a connection that nobody uses again.

const surfaces = faultSurfaces.filter(({ name }) => name === "chat" || name === "messages");
const cells = surfaces.flatMap((surface) =>
  [true, false].map((stream) => ({ surface, stream, wire: "chat" as const })),
);
type Cell = (typeof cells)[number];

let world: FaultWorld;
let results: readonly (Result & { readonly of: Garbage })[];

beforeAll(async () => {
  world = await startFaultWorld();
  const asked = await Promise.all(
    cells.flatMap((cell) => garbage.map(async (of) => ({ ...cell, of, got: await ask(cell, of.play) }))),
  );
  const rows = await world.rows();
  results = asked.map((each) => {
    const row = rows.get(each.got.requestId);
    if (row === undefined) throw new Error(`no row for ${each.of.title}`);
    return { ...each, row };
  });
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const ask = ({ surface, stream }: Cell, first: Garbage["play"], model: string = wires.chat.first) =>
  world.ask({ surface, model, stream, first });

/** The failure as the matrix of faults knows it. */
function failure({ title, play, code, streamCode }: Garbage): Fault {
  const told = (said: string) => ({ status: code === "upstream_timeout" ? 504 : 502, code: said });
  const isSilent = code === "upstream_timeout" && ({ isSilent: true } as const);
  return { title, play, stream: () => told(streamCode ?? code), whole: () => told(code), ...isSilent };
}

test.each(garbage)("$title", (of) => {
  const all = results.filter((result) => result.of === of);
  expect(all.length).toBe(cells.length);
  for (const result of all)
    inContext(result, () => {
      expectFailure(result, failure(of));
      expectNoSecrets(result);
      expect(result.got.took).toBeLessThan(of.code === "upstream_timeout" ? limits.firstByte + 2_000 : 3_000);
    });
});

test("no connection is used again after garbage, nor one with bytes behind the answer's end", async () => {
  const [cell] = cells.filter(({ stream }) => !stream);
  if (cell === undefined) throw new Error("no cell");
  const bad = new Set(results.filter((result) => result.of.isFramed !== true).map(({ got }) => got.mark));
  const two: Got[] = [];
  for (let nth = 0; nth < 2; nth++) two.push(await ask(cell, smuggled));
  bad.add(two[0]?.mark ?? "");
  for (const result of await rowed(cell, two)) expectAnswer(result, "first-chat");
  for (const marks of world.first.connections)
    expect(marks.slice(0, -1).filter((mark) => bad.has(mark))).toEqual([]);
});

async function rowed(cell: Cell, all: readonly Got[]): Promise<readonly Result[]> {
  const rows = await world.rows();
  return all.map((got) => {
    const row = rows.get(got.requestId);
    if (row === undefined) throw new Error("no row");
    return { ...cell, got, row };
  });
}

test.each(["sockets", "fetch"])(
  "answers that would fill memory are given up by %s",
  async (client) => {
    await using flooded = await startFaultWorld({ env: { PENSTOCK_HTTP_CLIENT: client } });
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const [cell] = cells.filter(({ stream }) => !stream);
    if (cell === undefined) throw new Error("no cell");
    for (const of of floods) {
      const got = await flooded.ask({ ...cell, model: wires.chat.first, first: of.play });
      const row = (await flooded.rows()).get(got.requestId);
      if (row === undefined) throw new Error("no row");
      const result = { ...cell, got, row };
      inContext(result, () => expectFailure(result, failure(of)));
      expect(got.text).toContain("is longer than");
      Bun.gc(true);
    }
    clearInterval(watch);
    expect((most - before) / 1024 / 1024).toBeLessThan(500);
  },
  30_000,
);

test("TLS where none is spoken, and none where it is: the vendor cannot be reached, or speaks no HTTP", async () => {
  await using secure = startRawVendor(selfSigned);
  await using plain = startOpenAiChatMock({ apiKey: canary });
  const odd = [
    { name: "tls-to-plain", url: plain.url.replace("http:", "https:") },
    { name: "plain-to-tls", url: secure.url.replace("https:", "http:") },
    { name: "untrusted", url: secure.url },
  ];
  for (const { name, url } of odd)
    await world.penstock.addProvider({
      ...{ name, driver: "openai_completions", models: [`model-${name}`], unvalidated: true },
      vendor: { url, apiKey: canary },
    });
  const all = await Promise.all(
    odd.flatMap(({ name }) =>
      cells.map(async (cell) => ({ cell, got: await ask(cell, answered, `model-${name}`) })),
    ),
  );
  for (const { cell, got } of all) {
    const [result] = await rowed(cell, [got]);
    if (result === undefined) throw new Error("no row");
    const code =
      result.row.error_code === "upstream_malformed" ? "upstream_malformed" : "upstream_unreachable";
    inContext(result, () => {
      expectFailure(result, failure({ title: "tls", play: answered, code }));
      expect(got.took).toBeLessThan(3_000);
    });
  }
  expect([secure.served, plain.requests]).toEqual([[], []]);
});

test("and after all that, answers are answers, and nothing is under way", async () => {
  for (const cell of cells) {
    const [result] = await rowed(cell, [await ask(cell, answered)]);
    if (result !== undefined) inContext(result, () => expectAnswer(result, "first-chat"));
  }
  expect(world.penstock.inFlight()).toBe(0);
});
