import type { Writes } from "../storage/repositories/writes.ts";
import type { Storage } from "../storage/storage.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Runs several verbs in one transaction: all of them or none. Inside, no verb may call a vendor, so pass
 * `validate: false` (or `probed`) and `discover: false` to the provider verbs.
 */
export function inTransaction<T>(ctx: ServiceContext, work: (ctx: ServiceContext) => Promise<T>): Promise<T> {
  return ctx.storage.change((writes) => work({ ...ctx, storage: joined(ctx.storage, writes) }));
}

function joined(storage: Storage, writes: Writes): Storage {
  return {
    engine: storage.engine,
    ledger: storage.ledger,
    contents: storage.contents,
    reads: writes,
    change: (work) => work(writes),
    consistently: (work) => work(writes),
    onChange: storage.onChange,
    ping: async () => {},
    close: async () => {},
  };
}
