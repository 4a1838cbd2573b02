import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EgressGuard } from "../src/egress/egress-guard.ts";
import type { UsageRecord } from "../src/plane/usage-record.ts";
import { readSettings, type Settings } from "../src/server/settings.ts";
import { startServer } from "../src/server.ts";
import type { BootstrapFile } from "../src/services/bootstrap/first-start.ts";
import type { MockVendor } from "./mocks/shared/mock-server.ts";

export interface AddProvider {
  readonly name: string;
  readonly driver: string;
  readonly models: readonly string[];
  /** Where the vendor is, and its API key. */
  readonly vendor?: MockVendor | { readonly url: string; readonly apiKey: string };
  /** In place of the vendor's API key. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string | boolean>>;
  /** Saved although the vendor cannot be asked. */
  readonly unvalidated?: boolean;
}

/** A whole Penstock on a throw-away SQLite database, in this process, as a stranger would find it. */
export interface TestPenstock extends AsyncDisposable {
  readonly url: string;
  readonly gatewayKey: string;
  readonly gatewayUrl: string;
  readonly adminKey: string;
  readonly dataDir: string;
  /** Calls the REST API as the admin. */
  api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Registers a provider; throws when the API refuses it. */
  addProvider(provider: AddProvider): Promise<{ readonly id: string }>;
  /** POSTs JSON to the gateway with the gateway key. */
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  /** The ledger's row of a request. */
  ledgerRow(requestId: string): Promise<LedgerRow>;
  /** Gateway calls whose last byte is not out yet. */
  inFlight(): number;
  stop(): Promise<void>;
}

/** A ledger row as the API shows it; only what tests look at. */
export type LedgerRow = Readonly<Record<string, unknown>> & { readonly outcome: UsageRecord["outcome"] };

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Finer than the environment allows, e.g. a keepalive in fractions of a second. */
  readonly settings?: Partial<Settings>;
  /** In place of the system's resolver and connections. */
  readonly guard?: EgressGuard;
  /** Kept after `stop` when given. */
  readonly dataDir?: string;
}

/** Starts Penstock on a free port. */
export async function startPenstock({
  env = {},
  settings,
  guard,
  dataDir,
}: StartOptions = {}): Promise<TestPenstock> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "penstock-test-")));
  const server = await startServer(
    {
      ...readSettings({
        PENSTOCK_PORT: "0",
        PENSTOCK_HOST: "127.0.0.1",
        PENSTOCK_DATA: folder,
        PENSTOCK_DRAIN_SECONDS: "2",
        // Most tests look at one call of a vendor, and at the next one as if nothing had happened.
        PENSTOCK_RETRIES: "0",
        PENSTOCK_CIRCUITS: "off",
        ...env,
      }),
      ...settings,
    },
    { guard },
  );
  const url = `http://127.0.0.1:${server.port}`;
  const bootstrap: BootstrapFile = await Bun.file(join(folder, "bootstrap.json")).json();
  const stop = async () => {
    await server.stop();
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  const api: TestPenstock["api"] = async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bootstrap.admin_key}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    url,
    gatewayKey: bootstrap.gateway_key,
    gatewayUrl: bootstrap.gateway_url.replace(/^http:\/\/[^/]+/, url),
    adminKey: bootstrap.admin_key,
    dataDir: folder,
    api,
    async addProvider({ vendor, unvalidated = false, ...provider }) {
      const { status, body } = await api("POST", `/providers?discover=false&validate=${!unvalidated}`, {
        ...(vendor !== undefined && { base_url: vendor.url, credentials: { api_key: vendor.apiKey } }),
        ...provider,
      });
      if (status !== 201) throw new Error(`the provider was refused: ${JSON.stringify(body)}`);
      return body as { id: string };
    },
    post: (path, body, init = {}) =>
      fetch(`${url}${path}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: {
          authorization: `Bearer ${bootstrap.gateway_key}`,
          "content-type": "application/json",
          ...init.headers,
        },
      }),
    async ledgerRow(requestId) {
      for (let attempt = 0; attempt < 50; attempt++) {
        const { status, body } = await api("GET", `/requests/${requestId}`);
        if (status === 200) return body as LedgerRow;
        await Bun.sleep(100);
      }
      throw new Error(`no ledger row for ${requestId}`);
    },
    inFlight: server.inFlight,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
