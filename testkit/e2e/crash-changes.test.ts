import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { verifyAudit } from "../../src/services/audit/verify.ts";
import { authenticateKey } from "../../src/services/keys/authenticate.ts";
import { type ControlPlane, openControlPlane } from "../../src/services/open-control-plane.ts";
import { secretsStatus } from "../../src/services/secrets/status.ts";
import { buildSnapshot } from "../../src/services/snapshot/build.ts";
import type { Churn } from "../churn-until-killed.ts";
import { createFakeVendor } from "../fake-driver.ts";
import { createPlace, engines, type TestPlace } from "../storage-engines.ts";

const script = join(import.meta.dir, "..", "churn-until-killed.ts");
const rounds = 4;

for (const engine of engines) {
  describe(`killed with -9 while everything changes, on ${engine}`, () => {
    let place: TestPlace;
    beforeEach(async () => {
      place = await createPlace(engine);
    }, 60_000);
    afterEach(() => place.remove());

    async function churnAndKill(run: number): Promise<readonly Churn[]> {
      const child = Bun.spawn(
        [process.execPath, script, place.dataDir, place.databaseUrl ?? "", String(run)],
        {
          stdout: "pipe",
          stderr: "pipe",
        },
      );
      const decoder = new TextDecoder();
      let text = "";
      let killer: ReturnType<typeof setTimeout> | undefined;
      for await (const chunk of child.stdout) {
        text += decoder.decode(chunk, { stream: true });
        // Only when every kind of change is under way, however slow the machine is.
        if (/did","thing":"models/.test(text) && /did","thing":"provider/.test(text))
          killer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * 400);
      }
      clearTimeout(killer);
      expect(await child.exited, await new Response(child.stderr).text()).toBe(137);
      // The first line says it is ready; the last one may have been cut by the kill.
      return text
        .split("\n")
        .slice(1, -1)
        .map((line): Churn => JSON.parse(line));
    }

    function reopen(): Promise<ControlPlane> {
      const { driver } = createFakeVendor();
      return openControlPlane({
        dataDir: place.dataDir,
        databaseUrl: place.databaseUrl,
        masterKey: undefined,
        publicUrl: "http://penstock.test",
        drivers: new Map([[driver.id, driver]]),
        driverFetch: () => Promise.reject(new TypeError("no network in tests")),
        profileOf: () => undefined,
        log: () => {},
      });
    }

    test("what was acknowledged is there, nothing is half-done, the audit chain is intact", async () => {
      const said: Churn[] = [];
      for (let run = 0; run < rounds; run++) {
        said.push(...(await churnAndKill(run)));
        const plane = await reopen();
        try {
          await check(plane, possibleStates(said));
        } finally {
          await plane.close();
        }
      }
      // Else no kill met a change half way, and this test showed nothing.
      const count = (when: Churn["when"]) =>
        said.filter((each) => each.when === when && !each.thing.startsWith("key")).length;
      expect(count("will")).toBeGreaterThan(count("did"));
      expect(count("did")).toBeGreaterThanOrEqual(2 * rounds);
    }, 120_000);

    async function check({ ctx }: ControlPlane, possible: ReadonlyMap<string, readonly (string | null)[]>) {
      const [org] = (await buildSnapshot(ctx)).orgs;
      if (org === undefined) throw new Error("the org is gone");
      const providers = new Map(org.providers.map((provider) => [provider.name, provider]));
      const found = (thing: string): string | null => {
        const [kind, name = ""] = thing.split(" ");
        const provider = providers.get(name);
        if (provider === undefined) return null;
        if (kind === "provider") return `${provider.credential?.api_key?.reveal()} ${provider.priority}`;
        return [...new Set(provider.models.map((model) => String(model.contextTokens)))].join();
      };
      for (const [thing, states] of possible) {
        if (thing.startsWith("key ")) {
          const presented = states.at(-1) ?? "";
          // The last value works, or was replaced by one that nobody was told, and has its grace.
          await authenticateKey(ctx, { presented, carrier: "header" });
        } else expect(states).toContain(found(thing));
      }
      for (const { name, models } of org.providers) {
        expect(models.length).toBe(name.startsWith("bulk") ? 40 : 3);
      }
      const { values } = await secretsStatus(ctx);
      expect(values.unreadable).toEqual([]);
      const audit = await verifyAudit(ctx, { orgId: org.id });
      expect(audit).toMatchObject({ intact: true });
      expect(audit.events).toBeGreaterThan(0);
      expect(await verifyAudit(ctx, { orgId: undefined })).toMatchObject({ intact: true });
    }
  });
}

/** How each thing may be found: as last acknowledged, or as the change that was under way would have left it. */
function possibleStates(said: readonly Churn[]): ReadonlyMap<string, readonly (string | null)[]> {
  const possible = new Map<string, readonly (string | null)[]>();
  for (const { when, thing, state } of said) {
    // Before the first change was acknowledged, the thing may not be there, or not be set.
    const before = possible.get(thing) ?? [thing.startsWith("models") ? "undefined" : null];
    possible.set(thing, when === "did" ? [state] : [...before, state]);
  }
  return possible;
}
