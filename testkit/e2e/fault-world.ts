import type { RequestBody } from "../../src/api/schemas/request.ts";
import { type StartOptions, startPenstock, type TestPenstock } from "../penstock.ts";
import { type Play, type RawVendor, startRawVendor } from "../raw-vendor.ts";
import type { FaultSurface } from "./fault-surfaces.ts";
import { canary, type WireName } from "./wire-answers.ts";

/** The driver and the two models by which each wire is spoken: the second one's is another, so that each is called by name. */
export const wires = {
  chat: { driver: "openai_completions", first: "gpt-4o-mini", second: "gpt-4.1-mini" },
  responses: { driver: "openai", first: "gpt-5", second: "gpt-5-mini" },
  messages: { driver: "anthropic", first: "claude-sonnet-4-5", second: "claude-haiku-4-5" },
  gemini: { driver: "gemini", first: "gemini-2.5-flash", second: "gemini-2.5-pro" },
} as const;
/** Their names. */
export const wireNames = Object.keys(wires) as readonly WireName[];
/** Made by the vendor of the wire `responses`. */
export const embeddingModel = "text-embedding-3-small";

/** One call and what its vendors do. */
export interface FaultCall {
  readonly surface: FaultSurface;
  readonly model: string;
  readonly stream: boolean;
  readonly first: Play;
  /** The next target of a route. */
  readonly second?: Play;
  /** Called with all that has come of a streamed answer. */
  readonly onBytes?: (soFar: string) => void;
}

/** What the client got. */
export interface Got {
  /** By which its vendors know it. */
  readonly mark: string;
  readonly requestId: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Milliseconds. */
  readonly took: number;
}

/** A Penstock between clients and vendors that do what they are told, and its books. */
export interface FaultWorld extends AsyncDisposable {
  readonly penstock: TestPenstock;
  readonly first: RawVendor;
  readonly second: RawVendor;
  ask(call: FaultCall): Promise<Got>;
  /** All rows of the ledger by their request, once there is one for every call. Throws for one too many. */
  rows(): Promise<ReadonlyMap<string, RequestBody>>;
}

/** Silence: short, but long enough for a machine that is busy with something else. */
export const limits = { firstByte: 1_500, idle: 1_500, keepalive: 400 } as const;
/** Calls side by side. */
const atOnce = 48;

/** Starts it: for every wire a provider with one model on the first vendor and one on the second. */
export async function startFaultWorld(options: StartOptions = {}): Promise<FaultWorld> {
  const penstock = await startPenstock({
    ...options,
    settings: { timeouts: limits, keepaliveMs: limits.keepalive, ...options.settings },
  });
  const [first, second] = [startRawVendor(), startRawVendor()];
  for (const [wire, { driver, ...models }] of Object.entries(wires))
    for (const [place, { url }] of [["first", first] as const, ["second", second] as const])
      await penstock.addProvider({
        ...{ name: `${place}-${wire}`, driver, vendor: { url, apiKey: canary }, unvalidated: true },
        models: [models[place], ...(wire === "responses" && place === "first" ? [embeddingModel] : [])],
      });
  const turns = createTurns(atOnce);
  let calls = 0;

  async function ask({ surface, model, stream, onBytes, ...plays }: FaultCall): Promise<Got> {
    const mark = `case-${++calls}-`;
    first.plays.set(mark, plays.first);
    if (plays.second !== undefined) second.plays.set(mark, plays.second);
    return turns(async () => {
      const begun = performance.now();
      const body = surface.body(model, { text: `Say hello, ${mark}.`, stream });
      const response = await penstock.post(surface.path(model, stream), body);
      const text = await readOn(response, onBytes);
      return {
        ...{ mark, status: response.status, headers: response.headers, text },
        ...{ requestId: response.headers.get("x-penstock-request-id") ?? "" },
        took: performance.now() - begun,
      };
    });
  }

  return {
    ...{ penstock, first, second, ask },
    rows: () => readRows(penstock, calls),
    async [Symbol.asyncDispose]() {
      await penstock.stop();
      await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
    },
  };
}

async function readOn(response: Response, onBytes: FaultCall["onBytes"]): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    onBytes?.(text);
  }
  return text;
}

interface Page {
  readonly data: readonly RequestBody[];
  readonly next_cursor: string | null;
}

async function readRows(penstock: TestPenstock, calls: number): Promise<ReadonlyMap<string, RequestBody>> {
  for (let tries = 0; ; tries++) {
    const rows: RequestBody[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await penstock.api("GET", `/requests?limit=500${cursor && `&cursor=${cursor}`}`);
      const page = body as Page;
      rows.push(...page.data);
      cursor = page.next_cursor;
    }
    const byRequest = new Map(rows.map((row) => [row.id, row]));
    if (byRequest.size !== rows.length || rows.length > calls)
      throw new Error(`${calls} calls left ${rows.length} rows`);
    if (rows.length === calls) return byRequest;
    if (tries === 50) throw new Error(`${calls} calls left only ${rows.length} rows`);
    await Bun.sleep(100);
  }
}

/** At most so many of the works given to it run at a time. */
function createTurns(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
