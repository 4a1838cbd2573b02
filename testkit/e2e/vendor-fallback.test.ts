import { afterAll, beforeAll, expect, test } from "bun:test";
import { freePort } from "../ports.ts";
import { earlyFaults, endedFaults, type Fault, lateFaults } from "./fault-cases.ts";
import { type FaultSurface, faultSurfaces } from "./fault-surfaces.ts";
import { type FaultWorld, type Got, startFaultWorld, wireNames, wires } from "./fault-world.ts";
import { expectAnswer, expectFailure, expectNoSecrets, inContext, type Result } from "./judge-fault.ts";
import { answered, nothing } from "./vendor-plays.ts";
import { canary, type WireName } from "./wire-answers.ts";

// The same faults where a route names a second target, of another vendor and protocol: before content nobody sees them,
// after it nothing is said twice. And vendors that nobody can connect to.

/** Where no vendor is, and what says so. */
const places = {
  refused: { url: `http://127.0.0.1:${freePort()}`, code: "upstream_unreachable" },
  unnamed: { url: "http://vendor.invalid", code: "upstream_unreachable" },
} as const;
const placeNames = Object.keys(places) as readonly (keyof typeof places)[];

interface Cell {
  readonly surface: FaultSurface;
  readonly wire: WireName;
  readonly stream: boolean;
}
const cells: readonly Cell[] = faultSurfaces.flatMap((surface) =>
  wireNames.flatMap((wire) => [true, false].map((stream) => ({ surface, wire, stream }))),
);
/** The wire of a route's second target. */
const next = (wire: WireName): WireName =>
  wireNames[(wireNames.indexOf(wire) + 1) % wireNames.length] ?? "chat";

const secondOf = (wire: WireName) => `second-${wire}/${wires[wire].second}`;

type How = Fault | { readonly place: keyof typeof places; readonly isRoute: boolean };
interface Asked extends Cell {
  readonly how: How;
  readonly got: Got;
}

let world: FaultWorld;
let results: readonly (Result & Pick<Asked, "how">)[];

beforeAll(async () => {
  world = await startFaultWorld();
  for (const place of placeNames)
    await world.penstock.addProvider({
      ...{ name: place, driver: "openai_completions", models: [`model-${place}`], unvalidated: true },
      vendor: { url: places[place].url, apiKey: canary },
    });
  await Promise.all([
    ...wireNames.map((wire) =>
      addRoute(`route-${wire}`, [`first-${wire}/${wires[wire].first}`, secondOf(next(wire))]),
    ),
    ...placeNames.map((place) =>
      addRoute(`route-${place}`, [`${place}/model-${place}`, secondOf("messages")]),
    ),
  ]);
  const asked: Promise<Asked>[] = [];
  for (const cell of cells)
    for (const fault of [...earlyFaults, ...endedFaults, ...lateFaults])
      asked.push(ask({ ...cell, how: fault }));
  for (const cell of cells.filter(({ wire }) => wire === "chat"))
    for (const place of placeNames)
      for (const isRoute of [true, false]) asked.push(ask({ ...cell, how: { place, isRoute } }));
  const all = await Promise.all(asked);
  const rows = await world.rows();
  results = all.map((each) => {
    const row = rows.get(each.got.requestId);
    if (row === undefined) throw new Error(`no row for ${each.surface.name} over ${each.wire}`);
    return { ...each, row };
  });
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

async function addRoute(name: string, models: readonly string[]): Promise<void> {
  const targets = models.map((model) => ({ model }));
  const { status, body } = await world.penstock.api("POST", "/routes", {
    name,
    strategy: "ordered",
    targets,
  });
  if (status !== 201) throw new Error(`the route was refused: ${JSON.stringify(body)}`);
}

async function ask(asked: Omit<Asked, "got">): Promise<Asked> {
  const { surface, wire, stream, how } = asked;
  const plays = { first: "play" in how ? how.play : nothing, second: answered };
  const model = "play" in how ? `route-${wire}` : how.isRoute ? `route-${how.place}` : `model-${how.place}`;
  return { ...asked, got: await world.ask({ surface, model, stream, ...plays }) };
}

const of = (how: How) => results.filter((result) => JSON.stringify(result.how) === JSON.stringify(how));
const timesAsked = ({ got }: Result) => world.second.served.filter((mark) => mark === got.mark).length;

test.each([...earlyFaults, ...endedFaults])("$title: the next target answers, once", (fault) => {
  const all = results.filter(({ how }) => how === fault);
  expect(all.length).toBe(cells.length);
  for (const result of all)
    inContext(result, () => {
      expectAnswer(result, `second-${next(result.wire)}`);
      const { code, status } = result.stream
        ? fault.stream(result.wire, result.row.passthrough)
        : fault.whole();
      expect(result.row.attempts).toMatchObject([
        { provider: `first-${result.wire}`, outcome: "failed", error_code: code, status },
        { provider: `second-${next(result.wire)}`, outcome: "completed", error_code: null },
      ]);
      expect(result.row.route).toBe(`route-${result.wire}`);
      expect(timesAsked(result)).toBe(1);
    });
});

test.each(lateFaults)(
  "$title: a stream ends, and nobody goes on with it; whole answers are the next target's",
  (fault) => {
    const all = results.filter(({ how }) => how === fault);
    expect(all.length).toBe(cells.length);
    for (const result of all)
      inContext(result, () => {
        if (result.stream) expectFailure(result, fault);
        else expectAnswer(result, `second-${next(result.wire)}`);
        expect(timesAsked(result)).toBe(result.stream ? 0 : 1);
      });
  },
);

test.each(placeNames)("%s: an error alone, the next target's answer in a route", (place) => {
  const { code } = places[place];
  const alone = of({ place, isRoute: false });
  const routed = of({ place, isRoute: true });
  expect([alone.length, routed.length]).toEqual([8, 8]);
  for (const result of alone)
    inContext(result, () => {
      const failure = { status: 502, code };
      const fault = { title: place, play: nothing, stream: () => failure, whole: () => failure };
      expectFailure(result, fault);
      expect(result.got.took).toBeLessThan(5_000);
    });
  for (const result of routed) inContext(result, () => expectAnswer(result, "second-messages"));
});

test("nothing of a vendor's words or credential is told or kept, and nothing is left over", () => {
  for (const result of results) inContext(result, () => expectNoSecrets(result));
  expect(world.penstock.inFlight()).toBe(0);
});
