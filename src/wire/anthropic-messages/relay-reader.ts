import type { Usage } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeErrorPayload } from "./error.ts";
import { decodeUsage, mergeUsage } from "./usage.ts";

/** In every payload that a relayed stream's reader wants to see. */
export const relayMarks = new RelayMarks(['"usage"', "message_stop", '"error"']);

const farewell = `event: message_stop\ndata: {"type":"message_stop"}\n\n`;

/** Meters a stream that is forwarded untouched. */
export class MessagesRelayReader implements RelayReader {
  #usage: JsonObject | undefined;
  #stopped = false;
  #reasoned = false;
  error: VendorError | undefined;

  read(data: string): void {
    let payload: unknown;
    try {
      payload = JSON.parse(data);
    } catch {
      // The bytes went to the client as they are; what is not JSON has no usage.
      return;
    }
    if (!isObject(payload)) return;
    const message = isObject(payload.message) ? payload.message : payload;
    if (payload.type === "message_start" || payload.type === "message_delta") {
      if (isObject(message.usage)) this.#usage = mergeUsage(this.#usage ?? {}, message.usage);
      if (isObject(payload.delta) && typeof payload.delta.stop_reason === "string") this.#reasoned = true;
    } else if (payload.type === "message_stop") this.#stopped = true;
    else if (payload.type === "error" || (payload.type === undefined && isObject(payload.error))) {
      this.error = decodeErrorPayload(payload);
    }
  }

  get usage(): Usage | undefined {
    return this.#usage === undefined ? undefined : decodeUsage(this.#usage);
  }

  /** Once the stop reason is known, only the farewell can be missing. */
  get finished(): boolean {
    return this.#stopped || this.#reasoned;
  }

  get missingEnd(): string {
    return this.#stopped || !this.#reasoned ? "" : farewell;
  }
}
