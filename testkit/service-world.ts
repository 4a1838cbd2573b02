import type { Driver } from "../src/drivers/driver.ts";
import { formatId } from "../src/plane/public-id.ts";
import type { KekSettings } from "../src/secrets/kek-settings.ts";
import { openVault } from "../src/services/bootstrap/open-vault.ts";
import { createTokenKeepers } from "../src/services/oauth/token-keepers.ts";
import { createOrg } from "../src/services/orgs/create.ts";
import type { ServiceContext, ServiceLogEntry } from "../src/services/service-context.ts";
import { withActor } from "../src/services/service-context.ts";
import type { Engine, Storage } from "../src/storage/storage.ts";
import { createFakeVendor, type FakeVendor } from "./fake-driver.ts";
import { createPlace, type TestPlace } from "./storage-engines.ts";

/** Services over a fresh database and a fake vendor, with one org. */
export interface ServiceWorld {
  readonly place: TestPlace;
  readonly storage: Storage;
  readonly vendor: FakeVendor;
  /** Acts as the system. */
  readonly system: ServiceContext;
  /** Acts as an admin key of the org. */
  readonly admin: ServiceContext;
  /** Acts as a configuration file of this name. */
  readonly file: (name: string) => ServiceContext;
  readonly orgId: string;
  readonly logged: ServiceLogEntry[];
  /** Milliseconds since the epoch; rises by one with every look. */
  readonly clock: { now: number };
  close(): Promise<void>;
}

export async function createWorld(
  engine: Engine,
  options: {
    readonly drivers?: readonly Driver[];
    readonly masterKey?: string;
    readonly kek?: KekSettings;
  } = {},
): Promise<ServiceWorld> {
  const place = await createPlace(engine);
  const storage = await place.open();
  const vendor = createFakeVendor();
  const logged: ServiceLogEntry[] = [];
  const clock = { now: 1_800_000_000_000 };
  const plain: ServiceContext = {
    storage,
    vault: await openVault(storage, {
      masterKey: options.masterKey,
      dataDir: place.dataDir,
      kek: options.kek,
    }),
    drivers: new Map([vendor.driver, ...(options.drivers ?? [])].map((driver) => [driver.id, driver])),
    driverFetch: () => Promise.reject(new TypeError("no network in tests")),
    profileOf: (_, wireId) =>
      wireId.startsWith("known")
        ? { family: "known", displayName: "Known", traits: {}, prices: [] }
        : undefined,
    publicUrl: "http://penstock.test",
    now: () => clock.now++,
    newId: (prefix) => formatId(prefix, Bun.randomUUIDv7("buffer")),
    actor: { kind: "system", name: "test" },
    log: (entry) => logged.push(entry),
  };
  const system: ServiceContext = { ...plain, tokenKeepers: createTokenKeepers(plain) };
  const { id: orgId } = await createOrg(system, { name: "acme" });
  return {
    place,
    storage,
    vendor,
    system,
    admin: withActor(system, { kind: "key", id: "key_admin", name: "admin", orgId, scopes: ["admin"] }),
    file: (name) => withActor(system, { kind: "file", name, orgId: undefined }),
    orgId,
    logged,
    clock,
    close: () => place.remove(),
  };
}
