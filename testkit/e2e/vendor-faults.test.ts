import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { UsageBody } from "../../src/api/schemas/usage.ts";
import { earlyFaults, endedFaults, type Fault, lateFaults } from "./fault-cases.ts";
import { embeddingsSurface, type FaultSurface, faultSurfaces, geminiArray } from "./fault-surfaces.ts";
import {
  embeddingModel,
  type FaultWorld,
  type Got,
  limits,
  startFaultWorld,
  wireNames,
  wires,
} from "./fault-world.ts";
import { expectAnswer, expectFailure, expectNoSecrets, inContext, type Result } from "./judge-fault.ts";
import { answered, dripping, hangUp } from "./vendor-plays.ts";
import { pieces, type WireName } from "./wire-answers.ts";

// Every fault of a vendor, on every surface over every wire, as a stream and whole, by both clients that call vendors: the
// client gets an error of its own protocol, the ledger one row that says the same, and nobody more than that.

const faults = [...earlyFaults, ...endedFaults, ...lateFaults];
/** The one fault that may be a race with a connection's end. */
const hungUp = earlyFaults.find(({ play }) => play === hangUp) as Fault;

interface Cell {
  readonly surface: FaultSurface;
  readonly wire: WireName;
  readonly stream: boolean;
}

const cells: readonly Cell[] = [
  ...faultSurfaces.flatMap((surface) =>
    wireNames.flatMap((wire) => [true, false].map((stream) => ({ surface, wire, stream }))),
  ),
  { surface: geminiArray, wire: "chat", stream: true },
  { surface: geminiArray, wire: "messages", stream: true },
];

/** What was asked, before the books are read. */
interface Asked extends Cell {
  readonly fault: Fault | "drip" | "answer";
  readonly got: Got;
}

describe.each([
  { client: "sockets", tried: cells },
  {
    client: "fetch",
    tried: cells.filter(({ surface, wire }) => surface.name !== "gemini" && wire === "chat"),
  },
])("by $client", ({ client, tried }) => {
  let world: FaultWorld;
  let results: readonly (Result & Pick<Asked, "fault">)[];
  /** Pieces of slow streams that came late or not at all. */
  const late: string[] = [];

  beforeAll(async () => {
    world = await startFaultWorld({ env: { PENSTOCK_HTTP_CLIENT: client } });
    const asked: Promise<Asked>[] = [];
    for (const cell of tried) {
      for (const fault of faults) asked.push(ask(cell, fault));
      asked.push(drip(cell), ask(cell, "answer"));
    }
    for (const fault of earlyFaults)
      asked.push(ask({ surface: embeddingsSurface, wire: "responses", stream: false }, fault));
    const all = await Promise.all(asked);
    const rows = await world.rows();
    results = all.map((each) => {
      const row = rows.get(each.got.requestId);
      if (row === undefined) throw new Error(`no row for ${each.surface.name} over ${each.wire}`);
      return { ...each, row };
    });
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  async function ask(cell: Cell, fault: Fault | "answer"): Promise<Asked> {
    const { surface, wire, stream } = cell;
    const model = surface === embeddingsSurface ? embeddingModel : wires[wire].first;
    const first = fault === "answer" ? answered : fault.play;
    return { ...cell, fault, got: await world.ask({ surface, model, stream, first }) };
  }

  /** The vendor sends each piece only when the client has got the one before it. */
  async function drip(cell: Cell): Promise<Asked> {
    const { surface, wire, stream } = cell;
    const steps = pieces.map(() => Promise.withResolvers<void>());
    const first = dripping(async (piece) => {
      const came = await Promise.race([steps[piece]?.promise.then(() => true), Bun.sleep(1_000)]);
      if (came !== true) late.push(`${surface.name} over ${wire}: piece ${piece}`);
    });
    const onBytes = (soFar: string) => {
      const whole = soFar.slice(0, soFar.lastIndexOf("\n\n") + 2);
      const text = surface.streamed(whole);
      for (const [at, step] of steps.entries())
        if (text.startsWith(pieces.slice(0, at + 1).join(""))) step.resolve();
    };
    const call = { surface, model: wires[wire].first, stream, first, ...(stream && { onBytes }) };
    return { ...cell, fault: "drip", got: await world.ask(call) };
  }

  const of = (fault: Asked["fault"]) => results.filter((result) => result.fault === fault);

  test.each(faults)("$title: an error in the client's words and in the ledger's", (fault) => {
    const all = of(fault);
    expect(all.length).toBe(tried.length + (earlyFaults.includes(fault) ? 1 : 0));
    for (const result of all) inContext(result, () => expectFailure(result, fault));
  });

  test("a slow drip: all of it, in order, each piece as it comes", () => {
    expect(of("drip").length).toBe(tried.length);
    for (const result of of("drip")) inContext(result, () => expectAnswer(result, `first-${result.wire}`));
    expect(late).toEqual([]);
  });

  test("no fault: the answer", () => {
    for (const result of of("answer")) inContext(result, () => expectAnswer(result, `first-${result.wire}`));
  });

  test("silence ends by its limit, and nothing else takes that long", () => {
    for (const { got, fault } of results) {
      const isSilent = typeof fault === "object" && fault.isSilent === true;
      if (isSilent) expect(got.took).toBeGreaterThan(limits.firstByte * 0.9);
      expect(got.took).toBeLessThan(isSilent ? limits.firstByte + limits.idle + 2_000 : 2_500);
    }
  });

  test("nothing of a vendor's words or credential is told or kept", () => {
    for (const result of results) inContext(result, () => expectNoSecrets(result));
  });

  test("one row a call, one call of the vendor each, and sums that are the rows'", async () => {
    expect(new Set(world.first.served).size).toBe(results.length);
    // Who hangs up a used connection without a byte has not got the request: it is sent once more, on another one.
    const raced = new Set(of(hungUp).map(({ got }) => got.mark));
    expect(world.first.served.filter((mark) => !raced.has(mark)).length).toBe(results.length - raced.size);
    for (const mark of raced)
      expect(world.first.served.filter((each) => each === mark).length).toBeLessThan(3);
    expect(world.penstock.inFlight()).toBe(0);
    const rows = results.map(({ row }) => row);
    const { body } = await world.penstock.api("GET", "/usage?group_by=outcome,provider");
    for (const sum of (body as { data: readonly UsageBody[] }).data) {
      const those = rows.filter(
        ({ outcome, provider }) => outcome === sum.outcome && provider === sum.provider,
      );
      const total = (read: (row: (typeof rows)[number]) => number) =>
        those.reduce((all, row) => all + read(row), 0);
      expect(sum.requests).toBe(those.length);
      expect([sum.tokens.input, sum.tokens.output]).toEqual([
        total(({ usage }) => usage.input),
        total(({ usage }) => usage.output),
      ]);
      expect(sum.cost_usd).toBeCloseTo(
        total(({ cost_usd }) => cost_usd ?? 0),
        9,
      );
    }
    const one = results[0]?.row;
    expect(await world.penstock.ledgerRow(one?.id ?? "")).toEqual(one as never);
  });
});
