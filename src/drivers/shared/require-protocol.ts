import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProtocolId } from "../../wire/neutral/protocol-id.ts";

export interface ProtocolChoice {
  readonly driver: string;
  readonly protocols: readonly ProtocolId[];
  readonly protocol: ProtocolId;
}

/** Throws `operation_unsupported` unless the driver speaks the protocol. */
export function requireProtocol({ driver, protocols, protocol }: ProtocolChoice): void {
  if (protocols.includes(protocol)) return;
  throw new PenstockError("operation_unsupported", {
    fields: { operation: `The protocol ${protocol}`, provider: driver },
  });
}
