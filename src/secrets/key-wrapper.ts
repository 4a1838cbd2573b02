/** What a wrapped master key is bound to: it opens under the same context only. */
export interface WrapContext {
  /** The master key's id. */
  readonly keyId: string;
}

/**
 * A key-encryption key: wraps the master keys, which stand in the database wrapped and are unwrapped into memory at start.
 * Sealing a value never calls it. Every method throws `kek_unavailable` when the key cannot be used.
 */
export interface KeyWrapper {
  /** As PENSTOCK_KEK names it, e.g. `local` or `vault:transit/penstock`; stands beside what it wrapped. */
  readonly id: string;
  wrap(masterKey: Buffer, context: WrapContext): Promise<string>;
  unwrap(wrapped: string, context: WrapContext): Promise<Buffer>;
  /** Whether this text is under the newest version of the key. */
  isCurrent(wrapped: string): Promise<boolean>;
}

/** The context as text, the same on every day and machine. */
export function contextText({ keyId }: WrapContext): string {
  return JSON.stringify(["penstock", "master-key", keyId]);
}
