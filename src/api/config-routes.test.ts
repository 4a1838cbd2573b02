import { afterEach, beforeEach, expect, test } from "bun:test";
import { canary, startApi, type TestApi } from "../../testkit/api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

test("a configuration file is planned and applied over the API, with values resolved by the caller", async () => {
  const content = `orgs:
  default:
    providers:
      - { name: main, driver: fake, credentials: { api_key: { env: KEY } }, models: [m1] }
    keys: [{ name: ci }]
`;
  const body = { file: "dir/penstock.yaml", content, values: { "env:KEY": canary } };
  const plan = await api.call("POST", "/config/plan", { body });
  expect(plan.body.steps.map(({ action, name }) => `${action} ${name}`)).toEqual([
    "create main",
    "create main/m1",
    "create ci",
  ]);
  expect((await api.call("GET", "/providers")).body.data).toEqual([]);
  const applied = await api.call("POST", "/config/apply", {
    body: { ...body, expected_plan: plan.body.plan },
  });
  expect(applied.body.keys[0]?.value).toMatch(/^psk_/);
  const stale = await api.call("POST", "/config/apply", { body: { ...body, expected_plan: plan.body.plan } });
  expect(stale.body.code).toBe("conflict");
  const managed = (await api.call("GET", "/providers")).body.data[0];
  expect(managed?.origin).toBe("file:penstock.yaml");
  const patched = await api.call("PATCH", `/providers/${managed?.id}`, { body: { priority: 1 } });
  expect(patched.body.code).toBe("origin_conflict");
  expect(patched.body.detail).toContain("penstock.yaml");
});

test("a bad file is refused with line and column", async () => {
  const body = { file: "f.yaml", content: "orgs:\n  default:\n    colour: red\n" };
  const answer = await api.call("POST", "/config/plan", { body });
  expect(answer.body).toMatchObject({ code: "config_invalid", problems: [{ path: "f.yaml:3:13" }] });
});
