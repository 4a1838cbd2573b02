import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ModelProfile } from "../catalog/model-profile.ts";
import type { Driver, DriverFetch } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { formatId } from "../plane/public-id.ts";
import type { KekSettings } from "../secrets/kek-settings.ts";
import { openStorage } from "../storage/open-storage.ts";
import type { DatabaseLimits } from "../storage/postgres/database-limits.ts";
import { openVault } from "./bootstrap/open-vault.ts";
import type { OidcSettings } from "./identity/oidc-settings.ts";
import { createKeyUseWriter, type KeyUseWriter } from "./keys/key-use.ts";
import { type ContentWriter, createContentWriter } from "./ledger/content-writer.ts";
import { type SpentQuery, spentSince } from "./ledger/spent-since.ts";
import { openSpool } from "./ledger/spool/open-spool.ts";
import { type SpoolRecovery, startSpoolRecovery } from "./ledger/spool/spool-recovery.ts";
import { createLedgerWriter, type LedgerWriter } from "./ledger/writer.ts";
import { createTokenKeepers } from "./oauth/token-keepers.ts";
import type { ProviderTiming } from "./providers/timing.ts";
import type { ServiceContext, ServiceLogEntry } from "./service-context.ts";
import { type SnapshotPublisher, startSnapshotPublisher } from "./snapshot/publisher.ts";

export interface ControlPlaneOptions {
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly oidc?: OidcSettings | undefined;
  /** Made when missing (0700). */
  readonly dataDir: string;
  /** `postgres://…`; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Of PostgreSQL; its defaults when absent. */
  readonly databaseLimits?: DatabaseLimits | undefined;
  /** `id:base64,…`; undefined: `master.key` in the data folder, made on first start. */
  readonly masterKey: string | undefined;
  /** The key-encryption keys; the local one alone unless told. */
  readonly kek?: KekSettings | undefined;
  /** Bytes of usage records that may wait in the data folder for the database; 1 GiB when absent. */
  readonly spoolBytes?: number | undefined;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly driverFetch: DriverFetch;
  readonly profileOf: (driver: string, wireId: string) => ModelProfile | undefined;
  /** How often vendors are asked by themselves; the defaults when absent. */
  readonly timing?: ProviderTiming;
  readonly log: (entry: ServiceLogEntry) => void;
}

export interface ControlPlane {
  /** Acts as the system; `withActor` gives one for a caller. */
  readonly ctx: ServiceContext;
  readonly ledger: LedgerWriter;
  readonly contents: ContentWriter;
  readonly recovery: SpoolRecovery;
  /** What an org has spent by the ledger, with what is still on its way there. Throws `storage_unavailable`. */
  spentSince(query: SpentQuery): Promise<ReadonlyMap<string, number>>;
  /** Follows the storage; call it after `firstStart` and the configuration file, so that the first snapshot has both. */
  startPublisher(): Promise<SnapshotPublisher>;
  /** Writes the ledger's queue, then closes the database. */
  close(): Promise<void>;
}

/**
 * Opens the storage (migrating it), the vault and the ledger. Throws `storage_unavailable`, or `invalid_request`
 * saying which setting to change.
 */
export async function openControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { dataDir, databaseUrl, masterKey, drivers, driverFetch, profileOf, log } = options;
  makeDataDir(dataDir);
  const storage = await openStorage({
    databaseUrl,
    dataDir,
    limits: options.databaseLimits,
    onCheckpointFailure: (cause) => log({ level: "warn", event: "checkpoint_failed", fields: {}, cause }),
  });
  try {
    const vault = await openVault(storage, { masterKey, dataDir, kek: options.kek });
    const keyUse = createKeyUseWriter({ storage, log, now: Date.now });
    const contents = createContentWriter({ store: storage.contents, log });
    const batchSize = ledgerBatch[storage.engine];
    const root = join(dataDir, "spool");
    const spool = openSpool({ root, maxBytes: options.spoolBytes ?? 1024 ** 3 }, log);
    const store = storage.ledger;
    const recovery = startSpoolRecovery({ root, store, log, batchSize });
    const writer = createLedgerWriter({ store, log, batchSize, spool });
    const ledger = withReplayed(noteKeyUse(writer, keyUse), recovery);
    const plain: ServiceContext = {
      storage,
      vault,
      drivers,
      driverFetch,
      profileOf,
      publicUrl: options.publicUrl,
      oidc: options.oidc,
      now: Date.now,
      newId: (prefix) => formatId(prefix, Bun.randomUUIDv7("buffer")),
      actor: { kind: "system", name: "server" },
      log,
      ...(options.timing !== undefined && { timing: options.timing }),
      flushLedger: () => ledger.flush(),
      flushContents: () => contents.flush(),
      noteKeyUse: keyUse.note,
    };
    const ctx: ServiceContext = { ...plain, tokenKeepers: createTokenKeepers(plain) };
    return {
      ctx,
      ledger,
      contents,
      recovery,
      spentSince: (query) => spentSince({ store, ledger, recovered: recovery.first }, query),
      startPublisher: () => startSnapshotPublisher(ctx),
      async close() {
        await Promise.all([ledger.close(), contents.close(), recovery.close()]);
        await keyUse.close();
        await storage.close();
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** PostgreSQL takes a batch as one statement elsewhere; SQLite runs in this thread, some 0.2 ms a turn, and holds all other changes up for the batch. */
const ledgerBatch = { postgres: 500, sqlite: 128 } as const;

/** What was replayed for dead processes counts as if this one had written it. */
function withReplayed(ledger: LedgerWriter, recovery: SpoolRecovery): LedgerWriter {
  return {
    ...ledger,
    stats() {
      const [own, { replayed, lost }] = [ledger.stats(), recovery.stats()];
      return { ...own, written: own.written + replayed, lost: own.lost + lost };
    },
  };
}

/** A call of a model is a use of its key. */
function noteKeyUse(ledger: LedgerWriter, keyUse: KeyUseWriter): LedgerWriter {
  return {
    ...ledger,
    add(record) {
      keyUse.note(record.keyId, record.startedAt);
      ledger.add(record);
    },
  };
}

function makeDataDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = `The data folder \`${path}\` cannot be made; set PENSTOCK_DATA to a folder that can be written.`;
    throw new PenstockError("invalid_request", { fields: { reason }, cause });
  }
}
