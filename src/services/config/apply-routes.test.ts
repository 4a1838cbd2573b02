import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startControlPlane, type TestControlPlane } from "../../../testkit/control-plane.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { getOrg } from "../orgs/get.ts";
import { listProviders } from "../providers/list.ts";
import { listRoutes } from "../routes/list.ts";
import { updateRoute } from "../routes/update.ts";
import { applyConfig } from "./apply-config.ts";
import { changesOf } from "./config-plan.ts";
import { parseConfig } from "./document/parse-config.ts";
import { resolveReferences } from "./document/resolve-references.ts";

const yaml = (providers: string, rest = "") => `orgs:\n  default:\n    providers:\n${providers}\n${rest}`;

describe.each(engines)("on %s", (engine) => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await startControlPlane({ engine });
  }, 60_000);
  afterEach(() => plane.stop());

  async function apply({ text }: { readonly text: string }) {
    const document = parseConfig(text, { file: "penstock.yaml" });
    const values = await resolveReferences(document, { env: () => "sk-good", file: async () => undefined });
    const input = { document, values, orgId: undefined, dryRun: false, mayGenerateKeys: true };
    return applyConfig(plane.ctx, input);
  }

  async function refusal(work: Promise<unknown>): Promise<PenstockError> {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof PenstockError) return error;
    throw error ?? new RangeError("it was accepted");
  }

  test("routes are made, changed and removed with the models they name, and belong to the file", async () => {
    const { ctx, orgId } = plane;
    const provider = (driver: string) =>
      `      - { name: Main, driver: ${driver}, credentials: { api_key: { env: KEY } }, models: [m1, m2], quota_group: q }`;
    const file = (lines: string) => yaml(provider("fake"), lines);
    const smart = (weight: number) =>
      `    routes:\n      - { name: smart, strategy: weighted, targets: [{ model: main/m1, weight: ${weight} }, main/m2] }\n`;
    const target = "    default_model: smart\n";
    await apply({ text: file(smart(3) + target) });
    const routes = async () => (await listRoutes(ctx, { orgId })).data;
    const [made] = await routes();
    expect(made).toMatchObject({ name: "smart", origin: "file:penstock.yaml" });
    expect(made?.targets.map(({ model, weight }) => [model, weight])).toEqual([
      ["Main/m1", 3],
      ["Main/m2", 1],
    ]);
    expect((await getOrg(ctx, { orgId })).defaultModel).toBe("smart");
    expect((await listProviders(ctx, { orgId })).data).toMatchObject([{ quotaGroup: "q" }]);
    expect(changesOf((await apply({ text: file(smart(3) + target) })).plan)).toEqual([]);
    const changed = await apply({ text: file(smart(4) + target) });
    expect(changesOf(changed.plan)).toMatchObject([{ action: "update", kind: "route", name: "smart" }]);
    const byHand = updateRoute(ctx, { orgId, routeId: made?.id ?? "", retries: 1 });
    expect(await refusal(byHand)).toMatchObject({ code: "origin_conflict" });
    const unknown = file("    routes:\n      - { name: smart, strategy: single, targets: [main/m9] }\n");
    const error = await refusal(apply({ text: unknown }));
    expect(error.code).toBe("config_invalid");
    expect(error.problems).toEqual([
      { path: "penstock.yaml:6:52", message: expect.stringContaining("is no model of this organization") },
    ]);
    expect((await routes())[0]?.targets[0]?.weight).toBe(4);
    await apply({ text: file("") });
    expect(await routes()).toEqual([]);
  });
});
