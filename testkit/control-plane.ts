import { type Driver, defineDriver, type ProbeResult } from "../src/drivers/driver.ts";
import { openControlPlane } from "../src/services/open-control-plane.ts";
import { createOrg } from "../src/services/orgs/create.ts";
import type { ServiceContext, ServiceLogEntry } from "../src/services/service-context.ts";
import type { Engine } from "../src/storage/storage.ts";
import { createPlace } from "./storage-engines.ts";

/** How often the fake vendor was asked. */
export interface VendorCalls {
  probes: number;
  discoveries: number;
}

/** The services on a throw-away database, with an org (`default`) and drivers whose vendor is a function. */
export interface TestControlPlane {
  readonly ctx: ServiceContext;
  readonly orgId: string;
  readonly calls: VendorCalls;
  readonly log: readonly ServiceLogEntry[];
  /** The data folder. */
  readonly dir: string;
  /** Rows of a query beside Penstock. */
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

/** The drivers `fake` and `other` accept every credential but `bad` (refused) and `down` (unreachable). */
export async function startControlPlane({
  engine = "sqlite",
  orgName = "default",
}: {
  readonly engine?: Engine;
  readonly orgName?: string;
} = {}): Promise<TestControlPlane> {
  const place = await createPlace(engine);
  const { driver, calls } = fakeVendor();
  const log: ServiceLogEntry[] = [];
  const plane = await openControlPlane({
    dataDir: place.dataDir,
    databaseUrl: place.databaseUrl,
    masterKey: undefined,
    publicUrl: "http://gateway.test",
    drivers: new Map([
      ["fake", driver],
      ["other", { ...driver, id: "other" }],
    ]),
    driverFetch: fetch,
    profileOf: () => undefined,
    log: (entry) => log.push(entry),
  });
  const { id: orgId } = await createOrg(plane.ctx, { name: orgName });
  return {
    ctx: plane.ctx,
    orgId,
    calls,
    log,
    dir: place.dataDir,
    query: place.query,
    async stop() {
      await plane.close();
      await place.remove();
    },
  };
}

function fakeVendor() {
  const calls: VendorCalls = { probes: 0, discoveries: 0 };
  const driver: Driver = defineDriver({
    id: "fake",
    label: "Fake",
    description: "",
    protocols: ["openai-chat"],
    credentialForm: [
      { name: "api_key", label: "API key", type: "secret", required: true },
      { name: "extra", label: "Extra", type: "secret", required: false },
    ],
    optionForm: [{ name: "region", label: "Region", type: "text", required: false }],
    defaultBaseUrl: "https://vendor.example/v1",
    defaultTraits: {},
    misconfigured: () => undefined,
    prepare: () => {
      throw new Error("not called here");
    },
    async probe({ credential }): Promise<ProbeResult> {
      calls.probes++;
      const key = credential.api_key?.reveal();
      if (key === "bad") return { status: "rejected", reason: "the vendor refused the credential" };
      if (key === "down") return { status: "unreachable", reason: "the connection failed" };
      return { status: "valid", models: 1 };
    },
    async discover() {
      calls.discoveries++;
      return [{ id: "found" }];
    },
  });
  return { driver, calls };
}
