import type { DisconnectPolicy, KeyScope } from "../../plane/snapshot.ts";
import type { Secret } from "../../secrets/secret.ts";

export interface CreateKeyInput {
  readonly orgId: string;
  readonly name: string;
  /** `["gateway"]` by default. */
  readonly scopes?: readonly KeyScope[] | undefined;
  /** `header` by default. */
  readonly carrier?: "header" | "url" | undefined;
  /** Undefined or null: every model. */
  readonly allowedModels?: readonly string[] | null | undefined;
  readonly strict?: boolean | undefined;
  /** `cancel` by default. */
  readonly onDisconnect?: DisconnectPolicy | undefined;
  /** The agent that calls with it, a slug; undefined or null: none. */
  readonly agent?: string | null | undefined;
  /** In which of the agent's roles. */
  readonly agentRole?: string | null | undefined;
  /** Milliseconds since the epoch; undefined or null: never. */
  readonly expiresAt?: number | null | undefined;
  /** A value made elsewhere, in our own format; undefined: generated. */
  readonly value?: string | Secret | undefined;
}

/** A field left out is kept. */
export interface UpdateKeyInput extends Omit<CreateKeyInput, "name" | "carrier"> {
  readonly name?: string | undefined;
  readonly keyId: string;
}

export interface RotateKeyInput {
  readonly orgId: string;
  readonly keyId: string;
  /** Seconds for which the value before works on: 0 to 30 days, 24 hours by default. */
  readonly graceSeconds?: number | undefined;
}
