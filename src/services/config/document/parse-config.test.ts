import { expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { PenstockError } from "../../../errors/penstock-error.ts";
import { parseConfig } from "./parse-config.ts";
import { resolveReferences } from "./resolve-references.ts";

const full = `
orgs:
  default:
    providers:
      - name: anthropic-prod
        driver: anthropic
        base_url: https://api.anthropic.com
        credentials: { api_key: { env: ANTHROPIC_API_KEY } }
        models: [claude-sonnet-4-5]
        validate: true
      - name: lan
        driver: openai_completions
        base_url: http://10.0.0.2:8000/v1
        credentials: { api_key: { file: secrets/lan.key } }
        options: { developer_role: true, max_tokens_field: max_tokens }
        discover: true
        enabled: false
        priority: 5
    default_model: anthropic-prod/claude-sonnet-4-5
    keys:
      - name: ci
        value: { env: CI_PENSTOCK_KEY }
      - name: robots
        scopes: [gateway, admin]
        allowed_models: [claude-sonnet-4-5]
        strict: true
        on_disconnect: keep
        expires_at: 2030-01-31T00:00:00Z
`;

function refused(text: string): PenstockError {
  try {
    parseConfig(text, { file: "dir/penstock.yaml" });
  } catch (error) {
    if (error instanceof PenstockError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

const lines = (text: string) => refused(text).problems.map(({ path, message }) => `${path}: ${message}`);

/** An org whose provider list holds one entry with these extra lines. */
const provider = (extra: string) =>
  `orgs:\n  o:\n    providers:\n      - name: p\n        driver: d\n        ${extra}\n`;

test("the whole form is read", () => {
  const { file, orgs } = parseConfig(full, { file: "/etc/penstock/penstock.yaml" });
  expect(file).toBe("penstock.yaml");
  const [org] = orgs;
  expect(org?.defaultModel).toBe("anthropic-prod/claude-sonnet-4-5");
  expect(org?.providers[0]).toMatchObject({
    name: "anthropic-prod",
    credentials: { api_key: { kind: "env", name: "ANTHROPIC_API_KEY" } },
    models: ["claude-sonnet-4-5"],
    discover: false,
    validate: true,
    enabled: true,
    priority: undefined,
  });
  expect(org?.providers[1]).toMatchObject({
    options: { developer_role: true, max_tokens_field: "max_tokens" },
    discover: true,
    enabled: false,
    priority: 5,
  });
  expect(org?.keys[0]).toMatchObject({
    name: "ci",
    scopes: ["gateway"],
    strict: false,
    onDisconnect: "cancel",
  });
  expect(org?.keys[1]).toMatchObject({
    allowedModels: ["claude-sonnet-4-5"],
    strict: true,
    onDisconnect: "keep",
    expiresAt: Date.UTC(2030, 0, 31),
    value: undefined,
  });
});

test("every problem of the file is reported with its line and column", () => {
  const found = lines(`orgs:
  default:
    provider: []
    providers:
      - name: one
        driver: [x]
        base_url: 5
      - name: ONE
        driver: anthropic
        colour: red
    keys:
      - value: { env: A }
`);
  expect(found).toEqual([
    "penstock.yaml:3:15: unknown key `provider`; known here: providers, routes, default_model, keys, limits, prices",
    "penstock.yaml:6:17: must be a single value",
    "penstock.yaml:7:19: must be a text; put it in quotes",
    "penstock.yaml:10:17: unknown key `colour`; known here: " +
      "name, driver, base_url, credentials, options, headers, timeouts, models, discover, validate, enabled, priority, quota_group",
    "penstock.yaml:12:9: `name` is missing",
  ]);
});

test("names that differ by case only are one name", () => {
  const text = "orgs:\n  o:\n    providers:\n      - {name: a, driver: d}\n      - {name: A, driver: d}\n";
  expect(lines(text)).toEqual([
    "penstock.yaml:5:9: another provider has the same name (case does not count), at 4:9",
  ]);
});

test.each([
  ["a: 1\na: 2\n", "penstock.yaml:2:1: this key stands twice in the same map; keep one"],
  ["", "penstock.yaml:1:1: the file must start with `orgs:`"],
  ["orgs: [a]\n", "penstock.yaml:1:7: must be a map"],
  ["orgs: { a: 1 }\n---\nb: 2\n", "penstock.yaml:2:1: the file must hold one YAML document"],
  ["orgs:\n  a: !secret x\n", "penstock.yaml:2:6: YAML tags are not supported"],
  ["orgs:\n  a: *nowhere\n", "penstock.yaml:2:6: this alias has no anchor"],
  ["orgs: {a: {providers: [\n", "penstock.yaml:2:1: not valid YAML"],
  [provider("validate: yes"), "penstock.yaml:6:19: must be true or false"],
  [provider("priority: -1"), "penstock.yaml:6:19: must be a whole number from 0 to 1000000"],
  [provider("models: gpt"), "penstock.yaml:6:17: must be a list"],
  [provider("models: [a, a]"), "penstock.yaml:6:21: stands twice in this list"],
  [provider("options: { a: [1] }"), "penstock.yaml:6:23: must be a single value"],
  [
    "orgs: { a: { keys: [{ name: k, scopes: [root] }] } }",
    "`scopes` must be a list of `gateway`, `read`, `admin` and `operator`",
  ],
  ["orgs: { a: { providers: [{ name: p, driver: d, headers: { x-a: plain } }] } }", "{ env: NAME }"],
  [
    "orgs: { a: { providers: [{ name: p, driver: d, headers: { x-a: { env: A }, X-A: { env: B } } }] } }",
    "another header has the same name",
  ],
  [
    "orgs: { a: { providers: [{ name: p, driver: d, timeouts: { connect_seconds: 121 } }] } }",
    "must be a whole number from 1 to 120",
  ],
  ["orgs: { a: { keys: [{ name: k, expires_at: soon }] } }", "`expires_at` must be a time with its zone"],
  ["orgs: { 'a b': {} }", "the organization's name must be 1 to 64 letters"],
])("%j is refused: %s", (text, message) => {
  expect(lines(text).join("\n")).toContain(message);
});

test.each([
  provider("credentials: { api_key: canary-1f7 }"),
  provider("credentials: { api_key: { value: canary-1f7 } }"),
  provider("credentials: canary-1f7"),
  provider("credentials: { api_key: { env: 'canary-1f7 ' } }"),
  provider("credentials: { api_key: { canary-1f7 } }"),
  provider("credentials: { api_key: [canary-1f7"),
  provider('credentials: { api_key: "canary-1f7 }'),
  provider("priority: canary-1f7"),
  "orgs: { a: { keys: [{ name: k, value: canary-1f7 }] } }",
])("a secret written into the file is refused and not repeated: %j", (text) => {
  const error = refused(text);
  expect(error.code).toBe("config_invalid");
  expect(`${error.message} ${JSON.stringify(error.problems)} ${Bun.inspect(error.fields)}`).not.toContain(
    "canary-1f7",
  );
});

test("anchors may be used to say a thing once", () => {
  const text = `orgs:
  a:
    providers:
      - { name: one, driver: d, models: &m [x, y] }
      - { name: two, driver: d, models: *m }
`;
  expect(parseConfig(text, { file: "f" }).orgs[0]?.providers[1]?.models).toEqual(["x", "y"]);
});

test("an anchor inside itself is refused, not followed for ever", () => {
  expect(refused("orgs: &o\n  a: *o\n").code).toBe("config_invalid");
});

test("unset variables and unreadable files are named with their place, values never are", async () => {
  const document = parseConfig(full, { file: "penstock.yaml" });
  const source = {
    env: (name: string) => (name === "ANTHROPIC_API_KEY" ? "canary-1f7" : undefined),
    file: async () => undefined,
  };
  const error = await resolveReferences(document, source).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PenstockError);
  if (!(error instanceof PenstockError)) return;
  expect(error.problems).toEqual([
    { path: "penstock.yaml:14:33", message: "the file `secrets/lan.key` cannot be read" },
    { path: "penstock.yaml:22:16", message: "the environment variable `CI_PENSTOCK_KEY` is not set" },
  ]);
});

test("a file's last line break is not part of the secret, and the value never prints", async () => {
  const document = parseConfig(full, { file: "penstock.yaml" });
  const values = await resolveReferences(document, { env: () => "v", file: async () => "canary-1f7\r\n" });
  expect(values.get("file:secrets/lan.key")?.reveal()).toBe("canary-1f7");
  expect(Bun.inspect(values)).not.toContain("canary-1f7");
});

test("whatever the input, the answer is a document or a config_invalid inside the file", () => {
  const yamlish = fc.oneof(
    fc.string(),
    fc.json().map((json) => stringify(JSON.parse(json))),
    fc.tuple(fc.nat(full.length), fc.nat(40), fc.string()).map(([at, cut, put]) => {
      return full.slice(0, at) + put + full.slice(at + cut);
    }),
  );
  fc.assert(
    fc.property(yamlish, (text) => {
      try {
        parseConfig(text, { file: "f.yaml" });
      } catch (error) {
        if (!(error instanceof PenstockError)) throw error;
        expect(error.code).toBe("config_invalid");
        const count = text.split("\n").length + 1;
        for (const { path } of error.problems) {
          const line = Number(path.split(":")[1]);
          expect(line >= 1 && line <= count).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

/** An org whose list of routes holds one entry with these lines. */
const route = (...lines: string[]) => `orgs:\n  o:\n    routes:\n      - ${lines.join("\n        ")}\n`;

test("a route's targets are names or maps, with whatever the request is to get", () => {
  const text = route(
    "name: smart",
    "strategy: sticky",
    "retries: 0",
    "targets:",
    "  - a/m",
    "  - model: b/x/y",
    "    weight: 2.5",
    "    parameters: { temperature: 0, top_p: ~, metadata: { team: [a, b] } }",
    "    timeouts: { idle_seconds: 5 }",
  );
  const [smart] = parseConfig(text, { file: "f.yaml" }).orgs[0]?.routes ?? [];
  expect(smart).toEqual({
    ...{ pointer: "/orgs/o/routes/0", name: "smart", strategy: "sticky", stickyBy: "session", retries: 0 },
    hedgeAfterMs: undefined,
    targets: [
      { model: "a/m", weight: 1, parameters: undefined, timeouts: {} },
      {
        ...{ model: "b/x/y", weight: 2.5, timeouts: { idleMs: 5_000 } },
        parameters: { temperature: 0, top_p: null, metadata: { team: ["a", "b"] } },
      },
    ],
  });
});

test("what is wrong with a route is told at its place", () => {
  const text = route("strategy: fastest", "targets: [m, { weight: many }, { model: a/m, parameters: 3 }]");
  expect(lines(text)).toEqual([
    "penstock.yaml:4:9: `name` is missing",
    expect.stringMatching(/^penstock.yaml:4:19: must be one of `single`, /),
    "penstock.yaml:5:19: a target is named `provider/model`",
    "penstock.yaml:5:22: `model` is missing",
    "penstock.yaml:5:32: must be a number from 0 to 1000000",
    "penstock.yaml:5:66: must be a map",
  ]);
  expect(lines(route("name: r", "strategy: single"))).toEqual(["penstock.yaml:4:9: `targets` is missing"]);
});
