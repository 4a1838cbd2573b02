import type { DiscoveredModel, Driver, DriverContext, ProbeResult } from "../src/drivers/driver.ts";

/** A vendor that exists only as its answers; a test sets them and reads what was asked. */
export interface FakeVendor {
  readonly driver: Driver;
  /** What the next probes say; a function may throw as a network would. */
  probe: ProbeResult | (() => Promise<ProbeResult>);
  /** What the next discoveries say. */
  models: readonly DiscoveredModel[] | (() => Promise<readonly DiscoveredModel[]>);
  readonly probes: DriverContext[];
  readonly discoveries: DriverContext[];
}

export function createFakeVendor(): FakeVendor {
  const vendor: FakeVendor = {
    driver: fakeDriver(),
    probe: { status: "valid", models: 3 },
    models: [],
    probes: [],
    discoveries: [],
  };
  function fakeDriver(): Driver {
    return {
      id: "fake",
      label: "Fake",
      description: "A vendor for tests",
      protocols: ["openai-chat"],
      credentialForm: [
        { name: "api_key", label: "API key", type: "secret", required: true },
        { name: "project", label: "Project", type: "text", required: false },
      ],
      optionForm: [
        {
          name: "region",
          label: "Region",
          type: "select",
          required: false,
          values: ["eu", "us"],
          default: "eu",
        },
        { name: "beta", label: "Beta", type: "boolean", required: false },
      ],
      defaultBaseUrl: "https://vendor.example/v1",
      defaultTraits: { sampling: true },
      misconfigured: (context) =>
        context.credential.api_key === undefined
          ? { path: "/credentials/api_key", message: "the API key is missing" }
          : undefined,
      prepare() {
        throw new RangeError("not called by services");
      },
      async probe(context) {
        vendor.probes.push(context);
        return typeof vendor.probe === "function" ? vendor.probe() : vendor.probe;
      },
      async discover(context) {
        vendor.discoveries.push(context);
        return typeof vendor.models === "function" ? vendor.models() : vendor.models;
      },
    };
  }
  return vendor;
}
