import type { Usage } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import { decodeInBandError } from "../openai-chat/error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { decodeErrorEvent, decodeFailedResponse } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/** Types of the events that matter: the first item, the end, an error. */
export const relayMarks: readonly string[] = [
  `"response.output_item.added"`,
  `"response.completed"`,
  `"response.incomplete"`,
  `"response.failed"`,
  `"type":"error"`,
  `"type": "error"`,
];

/** Reads usage and the end of a stream that is forwarded untouched. */
export class ResponsesRelayReader implements RelayReader {
  usage: Usage | undefined;
  finished = false;
  error: VendorError | undefined;
  #item = false;

  /** `response.created` and its like say nothing yet: the vendor may still refuse. */
  get begun(): boolean {
    return this.#item || this.finished;
  }

  read(data: string): void {
    const event = parse(data);
    if (!isObject(event)) return;
    switch (event.type) {
      case "response.output_item.added":
        this.#item = true;
        break;
      case "response.completed":
      case "response.incomplete":
      case "response.failed": {
        const { response } = event;
        if (isObject(response)) this.usage = decodeUsage(response.usage) ?? this.usage;
        if (event.type === "response.failed") {
          this.error ??= decodeFailedResponse(response) ?? decodeErrorEvent({});
        }
        this.finished = true;
        break;
      }
      case "error":
        this.error ??= decodeErrorEvent(event);
        break;
      case undefined:
        // A whole body that came with status 200.
        this.error ??= decodeFailedResponse(event) ?? decodeInBandError(event);
        break;
    }
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
