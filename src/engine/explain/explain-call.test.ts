import { expect, test } from "bun:test";
import { drivers } from "../../drivers/_registry.gen.ts";
import { MemoryLimitStore } from "../../limits/memory-limit-store.ts";
import type { LimitConfig } from "../../plane/limit-config.ts";
import type { ModelConfig, ProviderConfig } from "../../plane/snapshot.ts";
import { openaiChat } from "../../wire/openai-chat/protocol.ts";
import { openaiResponses } from "../../wire/openai-responses/protocol.ts";
import { StateOrigins } from "../affinity/state-origins.ts";
import { compileSnapshot } from "../compile-snapshot.ts";
import { TargetStates } from "../targets/target-states.ts";
import { explainCall } from "./explain-call.ts";
import { explainedCall } from "./explained-call.ts";
import type { ExplainedCandidate } from "./explanation.ts";
import { createHeadroom } from "./limit-headroom.ts";

const driver = drivers.get("openai_completions") ?? expect.unreachable();

function provider(name: string, change: Partial<ProviderConfig> = {}, model: Partial<ModelConfig> = {}) {
  const plain = {
    ...{
      id: `model_${name}`,
      wireId: "m",
      kind: "chat" as const,
      displayName: undefined,
      createdAt: 0,
      traits: {},
    },
    ...{ contextTokens: undefined, prices: [] },
  };
  return {
    ...{ id: `prov_${name}`, name, driver: driver.id, baseUrl: "https://vendor.example/v1", options: {} },
    ...{ credential: { api_key: { reveal: () => "sk" } }, status: "available" as const, priority: 1 },
    ...{ createdAt: 0, models: [{ ...plain, ...model }], ...change },
  } satisfies ProviderConfig;
}

interface Setup {
  readonly providers: readonly ProviderConfig[];
  readonly limits?: readonly LimitConfig[];
  readonly servesCalls?: boolean;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly surface?: string;
}

const hello = { messages: [{ role: "user", content: "Hello" }], max_tokens: 100 };

function world({ providers, limits = [] }: Setup) {
  const targets = providers.flatMap(({ models }) => models.map(({ id }) => ({ modelId: id, weight: 1 })));
  const route = { id: "route_1", name: "r", strategy: "ordered" as const, targets };
  const key = {
    ...{ id: "key_1", name: "ci", digest: "d", carrier: "header" as const, scopes: ["gateway" as const] },
    ...{ allowedModels: undefined, strict: false, expiresAt: undefined },
  };
  const org = {
    id: "org_1",
    name: "o",
    defaultModel: undefined,
    providers,
    keys: [key],
    routes: [route],
    limits,
  };
  const plane = compileSnapshot({ version: 1, orgs: [org] }, { drivers: new Map([[driver.id, driver]]) });
  const protocols = new Map([openaiChat, openaiResponses].map((each) => [each.id, each]));
  const states = new TargetStates({ circuits: true });
  const origins = new StateOrigins();
  const context = { protocols, targets: states, origins, random: () => 0.5, tick: () => 0 };
  return { plane, context, store: new MemoryLimitStore() };
}

async function explain(setup: Setup, made = world(setup)) {
  const { plane, context, store } = made;
  const org = plane.orgs.get("org_1");
  if (org === undefined) throw new RangeError("the org is missing");
  const query = { org, key: plane.keys.get("d"), model: "r", surface: setup.surface ?? "openai-chat" };
  const rest = { request: setup.request ?? hello, headers: {}, strict: false, startedAt: 0 };
  const headroom = createHeadroom({ store, now: () => 0 });
  const parts = { context, headroom, servesCalls: setup.servesCalls ?? true };
  return explainCall(parts, explainedCall(context, { ...query, ...rest }));
}

const codes = (candidate: ExplainedCandidate | undefined) => candidate?.reasons.map(({ code }) => code);

test("what cannot be called is dropped with its reason, what can but may not work is kept with a remark", async () => {
  const { candidates, unknown } = await explain({
    providers: [
      provider("broken", { credential: undefined }),
      provider("down", { status: "unavailable" }),
      provider("small", {}, { contextTokens: 5 }),
      provider("vectors", {}, { kind: "embedding" }),
    ],
  });
  expect(candidates.map(({ provider, position }) => [provider, position])).toEqual([
    ["down", 1],
    ["small", 2],
    ["broken", null],
    ["vectors", null],
  ]);
  expect(candidates.map(codes)).toEqual([
    ["first", "provider_down"],
    // Nobody knows the price of this model, but its size is known all the same.
    ["next", "context_too_small"],
    ["misconfigured"],
    ["wrong_kind"],
  ]);
  expect(unknown).toEqual([]);
});

test("limits tell what they leave, in USD where they are budgets, and drop what would be refused", async () => {
  const price = {
    ...{ aboveInputTokens: 0, input: 10, output: 1_000, cacheRead: undefined, cacheWrite5m: undefined },
    ...{ cacheWrite1h: undefined, inputAudio: undefined, outputAudio: undefined },
  };
  const limits: LimitConfig[] = [
    { id: "limit_1", subject: { kind: "key", id: "key_1" }, requestsPerMinute: 5, dayUsd: 0.5 },
    { id: "limit_2", subject: { kind: "provider", id: "prov_dear" }, tokensPerMinute: 50 },
  ];
  const providers = [
    provider("dear", {}, { prices: [price] }),
    provider("free", {}, { prices: [{ ...price, output: 0 }] }),
  ];
  const { candidates } = await explain({ providers, limits });
  const [free, dear] = candidates;
  expect([free?.provider, free?.kept, dear?.provider, dear?.kept]).toEqual(["free", true, "dear", false]);
  expect(dear?.headroom).toMatchObject([
    {
      subject: "the key `ci`",
      measure: "requests_per_minute",
      limit: 5,
      remaining: 5,
      needed: 1,
      fits: true,
    },
    { subject: "the key `ci`", measure: "day_usd", limit: 0.5, remaining: 0.5, fits: true },
    { subject: "the provider `dear`", measure: "tokens_per_minute", limit: 50, fits: false },
  ]);
  // 100 tokens at 1,000 USD a million, and a little for the input.
  expect(dear?.price?.max_output_usd).toBeCloseTo(0.1, 9);
  expect(dear?.headroom?.[1]?.needed).toBeCloseTo(dear?.price?.max_usd ?? 0, 5);
  expect(codes(dear)).toEqual(["limit_refuses"]);
  const again = await explain({ providers, limits });
  expect(again.candidates[0]?.headroom).toEqual(free?.headroom ?? []);
});

test("state goes first to who issued it; an answer that one account keeps, only there", async () => {
  const setup = { providers: [provider("a"), provider("b")], surface: "openai-responses" };
  const made = world(setup);
  const target = made.plane.orgs.get("org_1")?.byQualifiedName.get("b/m") ?? expect.unreachable();
  made.context.origins.remember("resp_123456789012345", { orgId: "org_1", target });
  const request = { input: "go on", previous_response_id: "resp_123456789012345" };
  const { candidates } = await explain({ ...setup, request }, made);
  expect(candidates.map(({ provider, kept }) => [provider, kept])).toEqual([
    ["b", true],
    ["a", false],
  ]);
  expect(candidates.map((each) => codes(each)?.slice(0, 2))).toEqual([
    ["first", "issued_state"],
    ["state_elsewhere"],
  ]);
});

test("a process that serves no calls says that it knows nothing of the targets; an unknown surface is refused", async () => {
  const setup = { providers: [provider("a")] };
  expect((await explain({ ...setup, servesCalls: false })).unknown).toEqual([
    expect.stringContaining("this process serves no calls"),
  ]);
  await expect(explain({ ...setup, surface: "smoke-signals" })).rejects.toMatchObject({
    problems: [{ path: "/surface" }],
  });
  const wrong = await explain({ ...setup, surface: "openai-responses", request: { input: 5 } });
  expect(codes(wrong.candidates[0])).toEqual(["request_refused"]);
});
