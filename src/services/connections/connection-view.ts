import type { ConnectionRecord } from "../../storage/records/connection-record.ts";

/** A connection as its owner sees it: everything but the values of its credential. */
export interface ConnectionView extends Omit<ConnectionRecord, "orgId" | "userId" | "client"> {
  /** The fields of a key that was pasted; empty for a sign-in. */
  readonly credentials: Readonly<Record<string, { readonly fingerprint: string }>>;
}
