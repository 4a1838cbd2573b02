import { type ProtocolId, protocolIds } from "../../../src/wire/neutral/protocol-id.ts";

/** A dialect clients speak. */
export type SurfaceId = ProtocolId;
/** A dialect vendors speak. */
export type WireId = ProtocolId;

/** Whether a word of the command line names a dialect. */
export function isProtocolId(text: string): text is ProtocolId {
  return protocolIds.some((id) => id === text);
}
