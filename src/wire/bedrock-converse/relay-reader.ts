import { type Usage, withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeUsage, tierOf } from "./usage.ts";

/** In every payload that a relayed stream's reader wants to see. */
export const relayMarks = new RelayMarks(['"usage"', '"stopReason"']);

/** Meters a stream that is forwarded untouched, by its payloads: their fields say what they are. */
export class ConverseRelayReader implements RelayReader {
  usage: Usage | undefined;
  finished = false;
  readonly error: VendorError | undefined = undefined;

  read(data: string): void {
    let payload: unknown;
    try {
      payload = JSON.parse(data);
    } catch {
      // The bytes went to the client as they are; what is not JSON has no usage.
      return;
    }
    if (!isObject(payload)) return;
    if (isObject(payload.usage)) this.usage = withTier(decodeUsage(payload.usage), tierOf(payload));
    if (typeof payload.stopReason === "string") this.finished = true;
  }
}
