/**
 * Run as a process of its own: opens the place it is given and changes providers, models, keys and master keys for ever,
 * all at once. Says on stdout what it will do before (`will`) and after the service has acknowledged it (`did`), one JSON
 * a line. Whoever starts it kills it.
 */

import { createKey } from "../src/services/keys/create.ts";
import { rotateKey } from "../src/services/keys/rotate.ts";
import { updateModels } from "../src/services/models/update-many.ts";
import { openControlPlane } from "../src/services/open-control-plane.ts";
import { createOrg } from "../src/services/orgs/create.ts";
import { createProvider } from "../src/services/providers/create.ts";
import { removeProvider } from "../src/services/providers/remove.ts";
import { updateProvider } from "../src/services/providers/update.ts";
import { type RotationResult, rotateSecrets } from "../src/services/secrets/rotate.ts";
import { createFakeVendor } from "./fake-driver.ts";

/** One change: the thing, and how it is afterwards; null: gone. */
export interface Churn {
  readonly when: "will" | "did";
  readonly thing: string;
  readonly state: string | null;
}

const [dataDir = "", databaseUrl = "", run = ""] = process.argv.slice(2);
const { driver } = createFakeVendor();
const { ctx } = await openControlPlane({
  dataDir,
  databaseUrl: databaseUrl === "" ? undefined : databaseUrl,
  masterKey: undefined,
  publicUrl: "http://penstock.test",
  drivers: new Map([[driver.id, driver]]),
  driverFetch: () => Promise.reject(new TypeError("no network in tests")),
  profileOf: () => undefined,
  log: () => {},
});
const orgId =
  (await ctx.storage.reads.orgs.findByName("acme"))?.id ?? (await createOrg(ctx, { name: "acme" })).id;

function say(churn: Churn): void {
  process.stdout.write(`${JSON.stringify(churn)}\n`);
}

/** `state` may be known only when it is done. */
async function acknowledged(
  thing: string,
  state: string | null,
  work: () => Promise<unknown>,
): Promise<void> {
  say({ when: "will", thing, state });
  await work();
  say({ when: "did", thing, state });
}

async function churnProviders(): Promise<void> {
  for (let index = 0; ; index++) {
    const name = `r${run}-${index}`;
    const provider = { orgId, name, driver: driver.id, models: ["m0", "m1", "m2"] };
    let providerId = "";
    await acknowledged(`provider ${name}`, `sk-${name} 100`, async () => {
      ({ id: providerId } = await createProvider(ctx, {
        ...provider,
        credentials: { api_key: `sk-${name}` },
      }));
    });
    await acknowledged(`provider ${name}`, `new-${name} 7`, () =>
      updateProvider(ctx, { orgId, providerId, priority: 7, credentials: { api_key: `new-${name}` } }),
    );
    if (index % 3 === 0)
      await acknowledged(`provider ${name}`, null, () =>
        removeProvider(ctx, { orgId, providerId, mode: { force: true } }),
      );
  }
}

async function churnModels(): Promise<void> {
  const name = `bulk-${run}`;
  const wireIds = Array.from({ length: 40 }, (_, index) => `m${index}`);
  const fields = { orgId, name, driver: driver.id, credentials: { api_key: "sk-bulk" }, models: wireIds };
  const { id } = await createProvider(ctx, fields);
  const models = await ctx.storage.reads.models.listByProvider(id);
  for (let round = 1; ; round++) {
    await acknowledged(`models ${name}`, String(round), () =>
      updateModels(ctx, { orgId, models: models.map((model) => ({ id: model.id, contextTokens: round })) }),
    );
  }
}

async function churnKeys(): Promise<void> {
  const { key, value } = await createKey(ctx, { orgId, name: `k-${run}` });
  say({ when: "did", thing: `key ${run}`, state: value.reveal() });
  for (;;) {
    const { value } = await rotateKey(ctx, { orgId, keyId: key.id, graceSeconds: 3_600 });
    say({ when: "did", thing: `key ${run}`, state: value.reveal() });
  }
}

async function churnMasterKeys(): Promise<void> {
  for (;;) {
    let from: RotationResult["next"];
    do {
      ({ next: from } = await rotateSecrets(ctx, { dryRun: false, newKey: true, limit: 5, from }));
      // Others want the database, too.
      await Bun.sleep(5);
    } while (from !== undefined);
  }
}

process.stdout.write("ready\n");
await Promise.all([churnProviders(), churnModels(), churnKeys(), churnMasterKeys()]);
