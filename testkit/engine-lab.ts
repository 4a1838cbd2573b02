import { drivers } from "../src/drivers/_registry.gen.ts";
import type { Admission } from "../src/engine/admission.ts";
import { StateOrigins } from "../src/engine/affinity/state-origins.ts";
import { type AttemptRules, defaultAttemptRules } from "../src/engine/attempt/attempt-rules.ts";
import type { Call, Outcome } from "../src/engine/call.ts";
import type { StopSignal } from "../src/engine/call-abort.ts";
import { compileSnapshot } from "../src/engine/compile-snapshot.ts";
import type { EngineContext, Transport } from "../src/engine/engine-context.ts";
import { execute } from "../src/engine/execute.ts";
import { MemoryKeptAnswers } from "../src/engine/kept-answers/memory-kept-answers.ts";
import { MemoryTurnStore } from "../src/engine/memory-turn-store.ts";
import type { KeyPlane, OrgPlane, Target } from "../src/engine/plane.ts";
import { TargetStates } from "../src/engine/targets/target-states.ts";
import { WaitClock } from "../src/engine/wait-clock.ts";
import { Watchdog } from "../src/engine/watchdog.ts";
import { PenstockError } from "../src/errors/penstock-error.ts";
import type { RouteConfig } from "../src/plane/route-config.ts";
import type { ModelConfig, ProviderConfig, Snapshot } from "../src/plane/snapshot.ts";
import type { UsageRecord } from "../src/plane/usage-record.ts";
import { Secret } from "../src/secrets/secret.ts";
import { anthropicMessages } from "../src/wire/anthropic-messages/protocol.ts";
import { openaiChat } from "../src/wire/openai-chat/protocol.ts";
import { openaiResponses } from "../src/wire/openai-responses/protocol.ts";
import type { Protocol } from "../src/wire/protocol.ts";

/** A provider of the lab: one model, `m` unless told, by the protocol of its driver. */
export interface LabProvider extends Partial<ProviderConfig> {
  readonly name: string;
  readonly model?: Partial<ModelConfig>;
}

/** What the vendor of a provider answers; it is told how often it was asked before. */
export type LabVendor = (request: {
  readonly body: Readonly<Record<string, unknown>>;
  readonly times: number;
  readonly signal: StopSignal;
}) => Response | Promise<Response>;

export interface LabOptions {
  readonly providers: readonly LabProvider[];
  readonly routes?: readonly RouteConfig[];
  /** The only hosts the org lets be called. */
  readonly allowedHosts?: readonly string[];
  /** By the provider's name. */
  readonly vendors: Readonly<Record<string, LabVendor>>;
  readonly rules?: Partial<AttemptRules>;
  readonly admission?: Admission;
  /** In place of the real clock, ticks in milliseconds. */
  readonly tick?: () => number;
}

export interface LabCall {
  readonly model?: string;
  readonly stream?: boolean;
  readonly surface?: Protocol;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly strict?: boolean;
}

const prices = [
  {
    aboveInputTokens: 0,
    ...{ input: 1, output: 2, cacheRead: undefined, cacheWrite5m: undefined, cacheWrite1h: undefined },
    ...{ inputAudio: undefined, outputAudio: undefined },
  },
];

/** The engine with vendors in memory: no network, no database, and the clock of the test. */
export class EngineLab implements Disposable {
  readonly records: UsageRecord[] = [];
  readonly targets: TargetStates;
  readonly context: EngineContext;
  readonly snapshot: Snapshot;
  /** Times each vendor was asked, by its provider's name. */
  readonly asked: Record<string, number> = {};
  readonly #watchdog = new Watchdog();
  readonly #key: KeyPlane;
  #count = 0;

  constructor({
    providers,
    routes,
    allowedHosts,
    vendors,
    rules = {},
    admission,
    tick = () => performance.now(),
  }: LabOptions) {
    const attempts = { ...defaultAttemptRules, backoffMs: 1, ...rules };
    this.snapshot = snapshotOf({ providers, routes, allowedHosts });
    const plane = compileSnapshot(this.snapshot, { drivers });
    const key = plane.keys.get("d");
    if (key === undefined) throw new TypeError("the lab has no key");
    this.#key = key;
    this.targets = new TargetStates(attempts);
    const transport: Transport = async (url, { body, signal }) => {
      const name = new URL(url).hostname.split(".")[0] ?? "";
      const text = typeof body === "string" ? body : Buffer.from(body ?? []).toString();
      const times = this.asked[name] ?? 0;
      this.asked[name] = times + 1;
      const vendor = vendors[name];
      if (vendor === undefined) throw new TypeError(`nobody is at ${url}`);
      const gone = new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
      );
      // Where tokens are got, forms are sent.
      const sent = text.startsWith("{") ? JSON.parse(text) : {};
      return Promise.race([vendor({ body: sent, times, signal }), gone]);
    };
    this.context = {
      transport,
      fetchMedia: () =>
        Promise.reject(new PenstockError("media_unavailable", { fields: { reason: "none" } })),
      protocols: new Map([openaiChat, openaiResponses, anthropicMessages].map((each) => [each.id, each])),
      usage: { add: (record) => void this.records.push(record) },
      watchdog: this.#watchdog,
      turns: new MemoryTurnStore(() => 0),
      timeouts: { firstByte: 20_000, idle: 20_000 },
      attempts,
      targets: this.targets,
      origins: new StateOrigins(),
      keptAnswers: new MemoryKeptAnswers(),
      ...(admission !== undefined && { admission }),
      random: () => 0.5,
      tick,
    };
  }

  get org(): OrgPlane {
    return this.#key.org;
  }

  /** The target of a provider. */
  target(provider: string, model = "m"): Target {
    const target = this.org.byQualifiedName.get(`${provider}/${model}`);
    if (target === undefined) throw new TypeError(`no ${provider}/${model}`);
    return target;
  }

  /** Runs one call; rejects as the engine does. */
  start({
    model = "m",
    stream = false,
    surface = openaiChat,
    body,
    headers = {},
    signal,
    strict = false,
  }: LabCall = {}): Promise<Outcome> {
    const content = { model, stream, messages: [{ role: "user", content: "hi" }], ...body };
    const call: Call = {
      requestId: `req_${this.#count++}`,
      startedAt: 0,
      startedTick: this.context.tick(),
      waits: new WaitClock(this.context.tick),
      key: this.#key,
      surface,
      operation: "generate",
      body: Buffer.from(JSON.stringify(content)),
      provider: undefined,
      pathModel: undefined,
      pathStream: undefined,
      strict,
      headers: new Headers(headers),
      signal: signal ?? new AbortController().signal,
    };
    return execute(this.context, call).outcome;
  }

  /** Runs one call to its end: its text and headers, or what it failed by. */
  async ask(call: LabCall = {}): Promise<{ text: string; headers: Headers; error?: PenstockError }> {
    try {
      const outcome = await this.start(call);
      return { text: await textOf(outcome), headers: new Headers(outcome.headers) };
    } catch (error) {
      if (!(error instanceof PenstockError)) throw error;
      return { text: "", headers: new Headers(error.headers), error };
    }
  }

  [Symbol.dispose](): void {
    this.#watchdog.close();
  }
}

/** All a client gets. */
export async function textOf(outcome: Outcome): Promise<string> {
  if (outcome.kind === "body") return Buffer.from(outcome.body as Uint8Array).toString();
  let text = "";
  for (;;) {
    const chunk = await outcome.source.read();
    if (chunk === undefined) return text;
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
  }
}

/** A vendor's whole answer by the chat protocol. */
export function chatAnswer(content: string): Response {
  return Response.json({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 },
  });
}

/** A vendor's refusal by the same. */
export function chatFailure(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ error: { message: "no", type: "server_error" } }, { status, headers });
}

function snapshotOf({
  providers,
  routes = [],
  allowedHosts,
}: {
  readonly providers: LabOptions["providers"];
  readonly routes: LabOptions["routes"];
  readonly allowedHosts: LabOptions["allowedHosts"];
}): Snapshot {
  return {
    version: 1,
    orgs: [
      {
        id: "org_1",
        name: "lab",
        defaultModel: undefined,
        providers: providers.map(providerOf),
        routes,
        allowedHosts,
        keys: [
          {
            ...{ id: "key_1", name: "lab", digest: "d", carrier: "header", scopes: ["gateway"] },
            ...{ allowedModels: undefined, strict: false, expiresAt: undefined },
          },
        ],
      },
    ],
  };
}

function providerOf({ model, ...provider }: LabProvider, index: number): ProviderConfig {
  const { name } = provider;
  return {
    id: `prov_${name}`,
    driver: "openai_completions",
    baseUrl: `http://${name}.vendor.test/v1`,
    credential: { api_key: new Secret("lab-key-0123456789") },
    options: {},
    status: "available",
    priority: index,
    createdAt: index,
    models: [
      {
        ...{ id: `model_${name}`, wireId: "m", kind: "chat", displayName: undefined, createdAt: 0 },
        ...{ traits: {}, contextTokens: undefined, prices },
        ...model,
      },
    ],
    ...provider,
  };
}
