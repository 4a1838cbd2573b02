import { drivers } from "../../src/drivers/_registry.gen.ts";
import { StateOrigins } from "../../src/engine/affinity/state-origins.ts";
import { defaultAttemptRules } from "../../src/engine/attempt/attempt-rules.ts";
import type { Call, Outcome } from "../../src/engine/call.ts";
import { compileSnapshot } from "../../src/engine/compile-snapshot.ts";
import type { EngineContext } from "../../src/engine/engine-context.ts";
import { execute } from "../../src/engine/execute.ts";
import { MemoryKeptAnswers } from "../../src/engine/kept-answers/memory-kept-answers.ts";
import { MemoryTurnStore } from "../../src/engine/memory-turn-store.ts";
import type { KeyPlane } from "../../src/engine/plane.ts";
import { TargetStates } from "../../src/engine/targets/target-states.ts";
import { WaitClock } from "../../src/engine/wait-clock.ts";
import { Watchdog } from "../../src/engine/watchdog.ts";
import { PenstockError, toPenstockError } from "../../src/errors/penstock-error.ts";
import type { ProviderConfig, Snapshot } from "../../src/plane/snapshot.ts";
import type { UsageRecord } from "../../src/plane/usage-record.ts";
import { Secret } from "../../src/secrets/secret.ts";
import { parseJson } from "../conformance/model/json.ts";
import type { Pair } from "../conformance/run/replay.ts";
import { allSurfaces } from "../conformance/surfaces/all-surfaces.ts";
import { allWires } from "../conformance/wires/all-wires.ts";
import type { UpstreamSpec, WireAdapter } from "../conformance/wires/wire.ts";
import type { MockVendor, RecordedRequest } from "../mocks/shared/mock-server.ts";

/** What a vendor in memory answers. */
export interface FuzzReply {
  readonly status?: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, as it arrives. */
  readonly chunks: readonly Uint8Array[];
  /** The connection breaks after the last chunk. */
  readonly breaks?: boolean;
}

/** What became of a request. */
export interface Observed {
  /** The vendor's requests. */
  readonly sent: readonly string[];
  /** An error in place of an answer. */
  readonly refused?: PenstockError;
  /** The client's bytes, where an answer began. */
  readonly answered?: { readonly kind: Outcome["kind"]; readonly text: string };
  readonly records: readonly UsageRecord[];
}

/** A request in memory. */
export interface FuzzRequest extends Pair {
  readonly body: Uint8Array;
  readonly stream: boolean;
  readonly reply: FuzzReply | ((request: Pick<RecordedRequest, "body" | "path">) => FuzzReply);
}

/** Time enough for anything; more is a hang, in milliseconds. */
const patience = 20_000;

/** The engine as the server builds it, with vendors in memory: no network, no files, no database. */
export class FuzzLab implements Disposable {
  readonly #key = fuzzKey();
  readonly #watchdog = new Watchdog();
  #count = 0;

  async run({ surface, wire, body, stream, reply }: FuzzRequest): Promise<Observed> {
    const sent: string[] = [];
    const records: UsageRecord[] = [];
    const context: EngineContext = {
      transport: async (url, init) => {
        const text = typeof init.body === "string" ? init.body : Buffer.from(init.body ?? []).toString();
        sent.push(text);
        const request = { body: parseJson(text), path: new URL(url).pathname };
        return replyOf(typeof reply === "function" ? reply(request) : reply);
      },
      fetchMedia: () =>
        Promise.reject(new PenstockError("media_unavailable", { fields: { reason: "none" } })),
      protocols: new Map([...allSurfaces, ...allWires].map(({ protocol }) => [protocol.id, protocol])),
      usage: { add: (record) => void records.push(record) },
      watchdog: this.#watchdog,
      turns: new MemoryTurnStore(() => 0),
      timeouts: { firstByte: patience * 2, idle: patience * 2 },
      attempts: { ...defaultAttemptRules, retries: 0 },
      targets: new TargetStates({ circuits: false }),
      origins: new StateOrigins(),
      keptAnswers: new MemoryKeptAnswers(),
      random: () => 0.5,
      tick: () => performance.now(),
    };
    const call: Call = {
      requestId: `req_fuzz_${this.#count++}`,
      startedAt: 0,
      startedTick: performance.now(),
      waits: new WaitClock(() => performance.now()),
      key: this.#key,
      surface: surface.protocol,
      operation: "generate",
      body,
      provider: undefined,
      pathModel: surface.id === "gemini" ? modelName(wire) : undefined,
      pathStream: surface.id === "gemini" ? stream : undefined,
      strict: false,
      headers: new Headers(),
      signal: new AbortController().signal,
    };
    try {
      const answered = await withinPatience(readOutcome(() => execute(context, call).outcome));
      return { sent, answered, records };
    } catch (error) {
      if (error instanceof Hang) throw error;
      return { sent, refused: toPenstockError(error), records };
    }
  }

  [Symbol.dispose](): void {
    this.#watchdog.close();
  }
}

/** The name under which a wire's model is asked for. */
export function modelName(wire: WireAdapter): string {
  return `${wire.id}/${upstreamOf(wire).model}`;
}

/** Nothing came for longer than anything may take. */
export class Hang extends Error {
  override readonly name = "Hang";
}

async function readOutcome(start: () => Promise<Outcome>): Promise<NonNullable<Observed["answered"]>> {
  const outcome = await start();
  if (outcome.kind === "body") return { kind: "body", text: textOf([outcome.body]) };
  const pieces: (Uint8Array | string)[] = [];
  for (;;) {
    const piece = await outcome.source.read();
    if (piece === undefined) return { kind: "stream", text: textOf(pieces) };
    pieces.push(piece);
  }
}

function textOf(pieces: readonly (Uint8Array | string)[]): string {
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array))).toString();
}

async function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Hang(`nothing came for ${patience} ms`)), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Statuses whose answers have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

function replyOf({ status = 200, contentType, headers, chunks, breaks }: FuzzReply): Response {
  const init = { status, headers: { ...headers, "content-type": contentType } };
  if (bodiless.has(status)) return new Response(null, init);
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next++];
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (breaks === true) controller.error(new TypeError("the connection was reset"));
      else controller.close();
    },
  });
  return new Response(body, init);
}

function upstreamOf({ id, upstreams }: WireAdapter): UpstreamSpec {
  const [first] = upstreams;
  if (first === undefined) throw new TypeError(`${id} has no upstream`);
  return first;
}

/** Only the credential is asked of it. */
const noVendor: Pick<MockVendor, "apiKey"> = { apiKey: "fuzz-key-0123456789" };

function fuzzKey(): KeyPlane {
  const snapshot: Snapshot = {
    version: 1,
    orgs: [
      {
        id: "org_fuzz",
        name: "fuzz",
        defaultModel: undefined,
        providers: allWires.map(providerOf),
        keys: [
          {
            id: "key_fuzz",
            name: "fuzz",
            digest: "d",
            carrier: "header",
            scopes: ["gateway"],
            allowedModels: undefined,
            strict: false,
            expiresAt: undefined,
          },
        ],
      },
    ],
  };
  const key = compileSnapshot(snapshot, { drivers }).keys.get("d");
  if (key === undefined) throw new TypeError("the key is missing");
  return key;
}

function providerOf(wire: WireAdapter): ProviderConfig {
  const upstream = upstreamOf(wire);
  const credentials = upstream.credentials?.(noVendor as MockVendor) ?? { api_key: noVendor.apiKey };
  const secrets = Object.entries(credentials).map(([name, value]) => [name, new Secret(value)]);
  return {
    id: `prov_${wire.id}`,
    name: wire.id,
    driver: upstream.driver,
    baseUrl: "http://vendor.invalid",
    credential: Object.fromEntries(secrets),
    options: upstream.options ?? {},
    status: "available",
    priority: 100,
    createdAt: 0,
    models: [
      {
        id: `model_${wire.id}`,
        wireId: upstream.model,
        kind: "chat",
        displayName: undefined,
        createdAt: 0,
        traits: wire.id === "bedrock-invoke" ? { nativeBody: "messages" } : {},
        contextTokens: undefined,
        prices: [],
      },
    ],
  };
}
