import type { ModelProfile } from "../catalog/model-profile.ts";
import type { Driver, DriverFetch } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import type { LedgerWriter } from "./ledger/writer.ts";
import type { ServiceContext, ServiceLogEntry } from "./service-context.ts";
import type { SnapshotPublisher } from "./snapshot/publisher.ts";

export interface ControlPlaneOptions {
  /** Made when missing (0700). */
  readonly dataDir: string;
  /** `postgres://…`; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** `id:base64,…`; undefined: `master.key` in the data folder, made on first start. */
  readonly masterKey: string | undefined;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly driverFetch: DriverFetch;
  readonly profileOf: (driver: string, wireId: string) => ModelProfile | undefined;
  readonly log: (entry: ServiceLogEntry) => void;
}

export interface ControlPlane {
  /** Acts as the system; `withActor` gives one for a caller. */
  readonly ctx: ServiceContext;
  readonly ledger: LedgerWriter;
  /** Follows the storage; call it after `firstStart` and the configuration file, so that the first snapshot has both. */
  startPublisher(): Promise<SnapshotPublisher>;
  /** Writes the ledger's queue, then closes the database. */
  close(): Promise<void>;
}

/** Opens the storage (migrating it), the vault and the ledger. */
export async function openControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  throw new PenstockError("internal", { cause: options });
}
