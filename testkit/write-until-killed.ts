/**
 * Run as a process of its own: opens the data folder it is given and saves providers and keys for ever, acknowledging
 * each on stdout only after the service has. Whoever starts it kills it.
 */

import { createKey } from "../src/services/keys/create.ts";
import { openControlPlane } from "../src/services/open-control-plane.ts";
import { createOrg } from "../src/services/orgs/create.ts";
import { createProvider } from "../src/services/providers/create.ts";
import { createFakeVendor } from "./fake-driver.ts";

const [dataDir = "", run = ""] = process.argv.slice(2);
const { driver } = createFakeVendor();
const { ctx } = await openControlPlane({
  dataDir,
  databaseUrl: undefined,
  masterKey: undefined,
  publicUrl: "http://penstock.test",
  drivers: new Map([[driver.id, driver]]),
  driverFetch: () => Promise.reject(new TypeError("no network in tests")),
  profileOf: () => undefined,
  log: () => {},
});
const orgId =
  (await ctx.storage.reads.orgs.findByName("acme"))?.id ?? (await createOrg(ctx, { name: "acme" })).id;
process.stdout.write(`ready ${run}\n`);
for (let index = 0; ; index++) {
  const name = `r${run}-${index}`;
  await createProvider(ctx, {
    orgId,
    name,
    driver: driver.id,
    credentials: { api_key: `sk-${name}` },
    models: ["m"],
  });
  process.stdout.write(`provider ${name}\n`);
  const { value } = await createKey(ctx, { orgId, name });
  process.stdout.write(`key ${value.reveal()}\n`);
}
