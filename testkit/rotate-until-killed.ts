/**
 * Run as a process of its own: opens the place it is given and rotates its secrets under fresh master keys for ever, in
 * small batches, saying how often it went round. Whoever starts it kills it.
 */

import { openControlPlane } from "../src/services/open-control-plane.ts";
import { type RotationResult, rotateSecrets } from "../src/services/secrets/rotate.ts";
import { createFakeVendor } from "./fake-driver.ts";

const [dataDir = "", databaseUrl = ""] = process.argv.slice(2);
const { driver } = createFakeVendor();
const { ctx } = await openControlPlane({
  dataDir,
  databaseUrl: databaseUrl === "" ? undefined : databaseUrl,
  masterKey: undefined,
  publicUrl: "http://localhost:8080",
  drivers: new Map([[driver.id, driver]]),
  driverFetch: () => Promise.reject(new TypeError("no network in tests")),
  profileOf: () => undefined,
  log: () => {},
});
process.stdout.write("ready\n");
for (let round = 0; ; round++) {
  let from: RotationResult["next"];
  do {
    ({ next: from } = await rotateSecrets(ctx, { dryRun: false, newKey: true, limit: 5, from }));
  } while (from !== undefined);
  process.stdout.write(`round ${round}\n`);
}
