import type { Usage } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeInBandError } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/** In every line that a relayed stream's reader wants to see: the last one and errors. */
export const relayMarks = new RelayMarks(['"done":true', '"done_reason"', '"eval_count"', '"error"']);

/** Meters a stream that is forwarded untouched. */
export class OllamaRelayReader implements RelayReader {
  usage: Usage | undefined;
  finished = false;
  error: VendorError | undefined;

  read(data: string): void {
    let line: unknown;
    try {
      line = JSON.parse(data);
    } catch {
      // The bytes went to the client as they are; what is not JSON has no usage.
      return;
    }
    if (!isObject(line)) return;
    this.error ??= decodeInBandError(line);
    if (line.done !== true) return;
    this.finished = true;
    this.usage = decodeUsage(line) ?? this.usage;
  }
}
