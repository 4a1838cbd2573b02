import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startControlPlane, type TestControlPlane } from "../../../testkit/control-plane.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Engine } from "../../storage/storage.ts";
import { createKey } from "../keys/create.ts";
import { listKeys } from "../keys/list.ts";
import { listLimits } from "../limits/list.ts";
import { updateLimit } from "../limits/update.ts";
import { listModels } from "../models/list.ts";
import { getOrg } from "../orgs/get.ts";
import { listOrgs } from "../orgs/list.ts";
import { createProvider } from "../providers/create.ts";
import { listProviders } from "../providers/list.ts";
import { withActor } from "../service-context.ts";
import { applyConfig } from "./apply-config.ts";
import { applyConfigFile } from "./apply-config-file.ts";
import { changesOf } from "./config-plan.ts";
import { newKeyValue } from "./document/new-key-value.ts";
import { parseConfig } from "./document/parse-config.ts";
import { resolveReferences } from "./document/resolve-references.ts";

const canary = "canary-7c1f0d52";

const open: TestControlPlane[] = [];

let engine: Engine = "sqlite";

async function start(): Promise<TestControlPlane> {
  const plane = await startControlPlane({ engine });
  open.push(plane);
  return plane;
}

afterEach(async () => {
  for (const plane of open.splice(0)) await plane.stop();
});

async function apply(
  { ctx }: TestControlPlane,
  options: {
    text: string;
    env?: Record<string, string>;
    dryRun?: boolean;
    orgId?: string;
    expectedPlan?: string;
  },
) {
  const document = parseConfig(options.text, { file: "penstock.yaml" });
  const values = await resolveReferences(document, {
    env: (name) => options.env?.[name],
    file: async () => undefined,
  });
  const { orgId, expectedPlan, dryRun = false } = options;
  return applyConfig(ctx, { document, values, orgId, dryRun, expectedPlan, mayGenerateKeys: true });
}

async function refusal(work: Promise<unknown>): Promise<PenstockError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PenstockError) return error;
  throw error ?? new Error("it was accepted");
}

const yaml = (providers: string, rest = "") => `orgs:\n  default:\n    providers:\n${providers}\n${rest}`;
const main = (extra = "") =>
  yaml(
    `      - { name: main, driver: fake, credentials: { api_key: { env: KEY } }, models: [m1]${extra} }`,
    "    default_model: main/m1\n    keys:\n      - { name: ci, value: { env: CI } }\n      - { name: made }\n",
  );

async function everything({ ctx }: TestControlPlane) {
  const { data: orgs } = await listOrgs(ctx, {});
  return Promise.all(
    orgs.map(async ({ id: orgId, name, defaultModel }) => ({
      org: name,
      defaultModel,
      providers: (await listProviders(ctx, { orgId })).data,
      models: (await listModels(ctx, { orgId })).data,
      keys: (await listKeys(ctx, { orgId })).data,
    })),
  );
}

describe.each(engines)("on %s", (name) => {
  beforeAll(() => {
    engine = name;
  });

  test("limits name whom they hold for, go with them, and belong to the file", async () => {
    const penstock = await start();
    const { ctx, orgId } = penstock;
    const env = { KEY: canary };
    const file = (driver: string, lines: string) =>
      yaml(
        `      - { name: Main, driver: ${driver}, credentials: { api_key: { env: KEY } }, models: [m1] }`,
        lines,
      );
    const limits = (rpm: number) =>
      `    keys:\n      - { name: ci, agent: scout, agent_role: writer }\n    limits:\n      - { subject: key/ci, requests_per_minute: ${rpm} }\n` +
      "      - { subject: provider/main, concurrency: 9 }\n      - { subject: agent/scout/writer, month_usd: 2.5, allow_unpriced: true }\n";
    await apply(penstock, { text: file("fake", limits(60)), env });
    const held = async () =>
      (await listLimits(ctx, { orgId })).data.map(
        ({ subject, subjectName, requestsPerMinute, monthUsd, origin }) => [
          ...[subject.kind, subjectName, requestsPerMinute ?? monthUsd, origin],
        ],
      );
    const origin = "file:penstock.yaml";
    expect(new Set(await held())).toEqual(
      new Set([
        ["key", "ci", 60, origin],
        ["provider", "Main", undefined, origin],
        ["agent_role", undefined, 2.5, origin],
      ]),
    );
    expect((await listKeys(ctx, { orgId, query: "ci" })).data).toMatchObject([
      { agent: "scout", agentRole: "writer" },
    ]);
    expect(changesOf((await apply(penstock, { text: file("fake", limits(60)), env })).plan)).toEqual([]);
    const changed = await apply(penstock, { text: file("fake", limits(61)), env });
    expect(changesOf(changed.plan)).toMatchObject([{ action: "update", kind: "limit", name: "key/ci" }]);
    const [byHand] = (await listLimits(ctx, { orgId, kind: "key" })).data;
    const update = updateLimit(ctx, { orgId, limitId: byHand?.id ?? "", concurrency: 1 });
    expect(await refusal(update)).toMatchObject({ code: "origin_conflict" });
    // Another driver is another account: the old one goes, and its limit is made again for the new one.
    await apply(penstock, { text: file("other", limits(61)), env });
    expect(await held()).toContainEqual(["provider", "Main", undefined, origin]);
    expect(changesOf((await apply(penstock, { text: file("other", limits(61)), env })).plan)).toEqual([]);
    const nobody = file("other", "    limits:\n      - { subject: key/nobody, concurrency: 1 }\n");
    const error = await refusal(apply(penstock, { text: nobody, env }));
    expect([error.code, error.problems[0]?.message]).toEqual([
      "config_invalid",
      expect.stringContaining("there is no key named `nobody`"),
    ]);
    await apply(penstock, { text: file("other", ""), env });
    expect(await held()).toEqual([]);
  });

  test("a file is applied once: the second time there is nothing to do and the vendor is not asked", async () => {
    const penstock = await start();
    const env = { KEY: canary, CI: newKeyValue() };
    const first = await apply(penstock, { text: main(), env });
    expect(first.keys.map(({ name }) => name)).toEqual(["made"]);
    expect(first.keys[0]?.value.reveal()).toMatch(/^psk_/);
    const [state] = await everything(penstock);
    expect(state).toMatchObject({
      defaultModel: "main/m1",
      providers: [
        {
          name: "main",
          status: "available",
          origin: "file:penstock.yaml",
          baseUrl: "https://vendor.example/v1",
        },
      ],
      models: [{ wireId: "m1", enabled: true, source: "config" }],
    });
    expect(state?.keys.map(({ name, origin }) => [name, origin])).toEqual([
      ["ci", "file:penstock.yaml"],
      ["made", "file:penstock.yaml"],
    ]);
    expect(penstock.calls.probes).toBe(1);

    const second = await apply(penstock, { text: main(), env });
    expect(changesOf(second.plan)).toEqual([]);
    expect(second.keys).toEqual([]);
    expect(penstock.calls.probes).toBe(1);
  });

  test("a dry run plans and changes nothing", async () => {
    const penstock = await start();
    const before = await everything(penstock);
    const { plan, keys } = await apply(penstock, {
      text: main(),
      env: { KEY: canary, CI: newKeyValue() },
      dryRun: true,
    });
    expect(changesOf(plan).map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      "create provider main",
      "create model main/m1",
      "create key ci",
      "create key made",
      "update org default",
    ]);
    expect(keys).toEqual([]);
    expect(await everything(penstock)).toEqual(before);
    expect(penstock.calls.probes).toBe(0);
  });

  test("a changed credential is tried and stored; a changed priority is not a reason to ask the vendor", async () => {
    const penstock = await start();
    const env = { KEY: "one", CI: newKeyValue() };
    await apply(penstock, { text: main(), env });
    const { plan } = await apply(penstock, { text: main(", priority: 5"), env: { ...env, KEY: "two" } });
    expect(changesOf(plan).flatMap(({ changes }) => changes.map(({ field }) => field))).toEqual([
      "priority",
      "credentials.api_key",
    ]);
    expect(penstock.calls.probes).toBe(2);
    await apply(penstock, { text: main(", priority: 6"), env: { ...env, KEY: "two" } });
    expect(penstock.calls.probes).toBe(2);
    const again = await apply(penstock, { text: main(", priority: 6"), env: { ...env, KEY: "two" } });
    expect(changesOf(again.plan)).toEqual([]);
  });

  test("options, base URL and optional credentials can be set, changed and taken away again", async () => {
    const penstock = await start();
    const env = { KEY: "one", MORE: "more", CI: newKeyValue() };
    const rich = yaml(
      `      - name: main
        driver: fake
        base_url: https://Eu.Vendor.example/v1/
        credentials: { api_key: { env: KEY }, extra: { env: MORE } }
        options: { region: eu }
        enabled: false`,
    );
    const plain = yaml("      - { name: main, driver: fake, credentials: { api_key: { env: KEY } } }");
    for (const text of [rich, plain, rich]) {
      await apply(penstock, { text, env });
      expect(changesOf((await apply(penstock, { text, env })).plan)).toEqual([]);
    }
    await apply(penstock, { text: plain, env });
    const [state] = await everything(penstock);
    expect(state?.providers[0]).toMatchObject({
      options: {},
      enabled: true,
      baseUrl: "https://vendor.example/v1",
    });
    expect(Object.keys(state?.providers[0]?.credentials ?? {})).toEqual(["api_key"]);
  });

  test("headers and timeouts can be set, changed and taken away again, and no value is shown", async () => {
    const penstock = await start();
    const env = { KEY: "one", TEAM: canary, CI: newKeyValue() };
    const rich = main(
      ", headers: { X-Team: { env: TEAM } }, timeouts: { connect_seconds: 3, idle_seconds: 9 }",
    );
    const made = await apply(penstock, { text: rich, env });
    expect(changesOf((await apply(penstock, { text: rich, env })).plan)).toEqual([]);
    const [full] = await everything(penstock);
    expect(full?.providers[0]).toMatchObject({
      headers: { "x-team": { configured: true } },
      timeouts: { connectMs: 3_000, idleMs: 9_000 },
    });
    const probes = penstock.calls.probes;
    const other = await apply(penstock, { text: rich, env: { ...env, TEAM: `${canary}-2` } });
    expect(changesOf(other.plan)).toMatchObject([
      { changes: [{ field: "headers.x-team", before: "[secret]", after: "[secret]" }] },
    ]);
    // Another header may be another account.
    expect(penstock.calls.probes).toBe(probes + 1);
    const short = main(", timeouts: { connect_seconds: 3 }");
    await apply(penstock, { text: short, env });
    const [left] = await everything(penstock);
    expect(left?.providers[0]).toMatchObject({ headers: {}, timeouts: { connectMs: 3_000 } });
    expect(left?.providers[0]?.timeouts).toEqual({ connectMs: 3_000 });
    expect(JSON.stringify([made.plan, other.plan, full, left])).not.toContain(canary);
  });

  test("another driver under the same name replaces the provider", async () => {
    const penstock = await start();
    const text = (driver: string) =>
      yaml(`      - { name: main, driver: ${driver}, credentials: { api_key: { env: KEY } }, models: [m1] }`);
    await apply(penstock, { text: text("fake"), env: { KEY: "k" } });
    await apply(penstock, { text: text("other"), env: { KEY: "k" } });
    expect((await everything(penstock))[0]?.providers).toMatchObject([{ name: "main", driver: "other" }]);
    expect(changesOf((await apply(penstock, { text: text("other"), env: { KEY: "k" } })).plan)).toEqual([]);
  });

  test("what vanished from the file is removed; what the API made stays", async () => {
    const penstock = await start();
    const { ctx, orgId } = penstock;
    await createKey(ctx, { orgId, name: "by-hand" });
    await apply(penstock, { text: main(), env: { KEY: "k", CI: newKeyValue() } });
    await apply(penstock, { text: "orgs: { default: {} }" });
    const [state] = await everything(penstock);
    expect(state).toMatchObject({ defaultModel: undefined, providers: [], models: [] });
    expect(state?.keys.map(({ name }) => name)).toEqual(["by-hand"]);
  });

  test("a refused credential refuses the whole file, with the place; nothing is half applied", async () => {
    const penstock = await start();
    const before = await everything(penstock);
    const text = yaml(`      - { name: good, driver: fake, credentials: { api_key: { env: GOOD } } }
      - { name: wrong, driver: fake, credentials: { api_key: { env: BAD } } }
      - { name: far, driver: fake, credentials: { api_key: { env: DOWN } } }`);
    const error = await refusal(apply(penstock, { text, env: { GOOD: "g", BAD: "bad", DOWN: "down" } }));
    expect(error.code).toBe("config_invalid");
    expect(error.problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "penstock.yaml:5:9 the vendor refused the credential of the provider `wrong`: the vendor refused the credential",
      "penstock.yaml:6:9 the vendor of the provider `far` could not be reached: the connection failed; " +
        "correct `base_url`, or save it untried with `validate: false`",
    ]);
    expect(await everything(penstock)).toEqual(before);
  });

  test("`validate: false` saves a provider whose vendor cannot be reached, as pending", async () => {
    const penstock = await start();
    const text = yaml(
      "      - { name: far, driver: fake, validate: false, credentials: { api_key: { env: DOWN } } }",
    );
    await apply(penstock, { text, env: { DOWN: "down" } });
    expect((await everything(penstock))[0]?.providers[0]?.status).toBe("pending");
    expect(penstock.calls.probes).toBe(0);
  });

  test.each([
    [
      "an unknown driver",
      "{ name: a, driver: nope }",
      "4:28",
      "there is no such driver; known are fake, other",
    ],
    [
      "an unknown option",
      "{ name: a, driver: fake, credentials: { api_key: { env: K } }, options: { x: 1 } }",
      "4:86",
      "`options.x`",
    ],
    [
      "an unknown credential field",
      "{ name: a, driver: fake, credentials: { api_kee: { env: K } } }",
      "4:58",
      "`credentials.api_kee`",
    ],
    ["a missing credential", "{ name: a, driver: fake }", "4:9", "`credentials.api_key`: is required"],
    [
      "a base URL that is none",
      "{ name: a, driver: fake, base_url: x, credentials: { api_key: { env: K } } }",
      "4:44",
      "is not a URL",
    ],
  ])("%s is refused at its place, also in a dry run", async (_what, provider, at, message) => {
    const penstock = await start();
    for (const dryRun of [true, false]) {
      const text = yaml(`      - ${provider}`);
      const error = await refusal(apply(penstock, { text, env: { K: canary }, dryRun }));
      expect(error.code).toBe("config_invalid");
      const found = error.problems.map((problem) => `${problem.path} ${problem.message}`).join("\n");
      expect(found).toContain(`penstock.yaml:${at} `);
      expect(found).toContain(message);
      expect(found).not.toContain(canary);
    }
  });

  test("a default model nobody serves is refused", async () => {
    const penstock = await start();
    const error = await refusal(apply(penstock, { text: "orgs:\n  default:\n    default_model: nope\n" }));
    expect(error.problems[0]?.path).toBe("penstock.yaml:3:20");
    expect(error.problems[0]?.message).toContain("no enabled model is called `nope`");
  });

  test("a key value that could be guessed is refused and not repeated", async () => {
    const penstock = await start();
    const text = "orgs: { default: { keys: [{ name: ci, value: { env: CI } }] } }";
    const weak = "canary-hunter2";
    const error = await refusal(apply(penstock, { text, env: { CI: weak } }));
    expect(error.message).toContain("must be a Penstock key");
    expect(error.message + JSON.stringify(error.problems)).not.toContain(weak);
    await apply(penstock, { text, env: { CI: "a key of the team's own, 40 bytes".replaceAll(" ", "-") } });
  });

  test("a new key whose expiry has passed is refused at its place", async () => {
    const penstock = await start();
    const text = "orgs: { default: { keys: [{ name: ci, expires_at: 2001-01-31T00:00:00Z }] } }";
    const error = await refusal(apply(penstock, { text }));
    expect(error.problems).toEqual([
      { path: "penstock.yaml:1:51", message: "`expires_at`: must be in the future" },
    ]);
  });

  test("a provider of the same name that the API made is a conflict that names both owners", async () => {
    const penstock = await start();
    const { ctx, orgId } = penstock;
    await createProvider(ctx, {
      orgId,
      name: "Main",
      driver: "fake",
      credentials: { api_key: "k" },
      discover: false,
    });
    const error = await refusal(apply(penstock, { text: main(), env: { KEY: "k", CI: newKeyValue() } }));
    expect(error.code).toBe("origin_conflict");
    expect(error.message).toContain("file:penstock.yaml");
    expect(error.message).toContain("the API");
    expect(error.problems[0]?.path).toBe("penstock.yaml:4:9");
    expect((await everything(penstock))[0]?.keys).toEqual([]);
  });

  test("discovery runs once for a new provider that asks for it, and its failure is a warning", async () => {
    const penstock = await start();
    const text = yaml(
      "      - { name: main, driver: fake, discover: true, credentials: { api_key: { env: K } } }",
    );
    const { warnings } = await apply(penstock, { text, env: { K: "k" } });
    expect(warnings).toEqual([]);
    expect((await everything(penstock))[0]?.models.map(({ wireId }) => wireId)).toEqual(["found"]);
    await apply(penstock, { text, env: { K: "k" } });
    expect(penstock.calls.discoveries).toBe(1);
  });

  test("the operator's file creates organizations; a caller of the API cannot touch another one", async () => {
    const penstock = await start();
    const { ctx, orgId } = penstock;
    const text = "orgs:\n  default: {}\n  second:\n    keys: [{ name: k }]\n";
    const caller = withActor(ctx, { kind: "key", id: "key_ops", name: "ops", orgId, scopes: ["admin"] });
    const error = await refusal(apply({ ...penstock, ctx: caller }, { text, orgId }));
    expect(error.problems[0]).toEqual({
      path: "penstock.yaml:4:5",
      message: "this key belongs to the organization `default` and may change no other",
    });
    await apply(penstock, { text });
    expect((await listOrgs(ctx, {})).data.map(({ name }) => name)).toEqual(["default", "second"]);
  });

  test("a caller without the admin scope is refused", async () => {
    const penstock = await start();
    const { ctx, orgId } = penstock;
    const caller = withActor(ctx, { kind: "key", id: "key_c", name: "c", orgId, scopes: ["gateway"] });
    const error = await refusal(
      apply({ ...penstock, ctx: caller }, { text: "orgs: { default: {} }", orgId }),
    );
    expect(error.code).toBe("key_scope");
  });

  test("a plan that is no longer true is not applied", async () => {
    const penstock = await start();
    const env = { KEY: "k", CI: newKeyValue() };
    const { planId } = await apply(penstock, { text: main(), env, dryRun: true });
    await apply(penstock, { text: "orgs: { default: { keys: [{ name: made }] } }" });
    const error = await refusal(apply(penstock, { text: main(), env, expectedPlan: planId }));
    expect(error.code).toBe("conflict");
  });

  test("at start, a file is read with the server's own references, and generates no keys", async () => {
    const { ctx, dir, orgId } = await start();
    const path = join(dir, "penstock.yaml");
    writeFileSync(join(dir, "vendor.key"), `${canary}\n`);
    writeFileSync(
      path,
      yaml(
        "      - { name: main, driver: fake, credentials: { api_key: { file: vendor.key } }, models: [m1] }",
        "    default_model: m1\n",
      ),
    );
    await applyConfigFile(ctx, { path, env: {} });
    expect((await getOrg(ctx, { orgId })).defaultModel).toBe("m1");
    writeFileSync(path, "orgs: { default: { keys: [{ name: k }] } }");
    expect((await refusal(applyConfigFile(ctx, { path, env: {} }))).message).toContain(
      "shown to nobody at start",
    );
    const gone = await refusal(applyConfigFile(ctx, { path: join(dir, "none.yaml"), env: {} }));
    expect(gone.code).toBe("config_invalid");
  });

  test("servers that start together with one file all come up, and it is applied once", async () => {
    const { ctx, dir, orgId } = await start();
    const path = join(dir, "penstock.yaml");
    writeFileSync(path, yaml("      - { name: main, driver: fake, credentials: { api_key: { env: K } } }"));
    await Promise.all([1, 2, 3].map(() => applyConfigFile(ctx, { path, env: { K: "k" } })));
    expect((await listProviders(ctx, { orgId })).data.map(({ name }) => name)).toEqual(["main"]);
  });

  test("no credential is in a result, a log or the database files", async () => {
    const penstock = await start();
    const result = await apply(penstock, { text: main(), env: { KEY: canary, CI: newKeyValue() } });
    const state = await everything(penstock);
    expect(Bun.inspect({ result, state, log: penstock.log }, { depth: 20 })).not.toContain(canary);
    for (const entry of readdirSync(penstock.dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(readFileSync(join(entry.parentPath, entry.name)).includes(canary)).toBe(false);
    }
  });
});
