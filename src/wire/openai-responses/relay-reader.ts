import type { PenstockError } from "../../errors/penstock-error.ts";
import { type Usage, withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import { decodeInBandError } from "../openai-chat/error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeErrorEvent, decodeFailedResponse, encodeStreamError } from "./error.ts";
import { SequenceTail } from "./sequence-tail.ts";
import { decodeUsage } from "./usage.ts";

/** Types of the events that matter: the first item, the end, an error. */
export const relayMarks = new RelayMarks([
  `"response.output_item.added"`,
  `"response.completed"`,
  `"response.incomplete"`,
  `"response.failed"`,
  `"type":"error"`,
  `"type": "error"`,
]);

/** Reads usage and the end of a stream that is forwarded untouched. */
export class ResponsesRelayReader implements RelayReader {
  usage: Usage | undefined;
  finished = false;
  error: VendorError | undefined;
  #item = false;
  readonly #numbers = new SequenceTail();

  /** `response.created` and its like say nothing yet: the vendor may still refuse. */
  get begun(): boolean {
    return this.#item || this.finished;
  }

  passed(events: Uint8Array): void {
    this.#numbers.passed(events);
  }

  /** Goes on with the vendor's row of numbers, which clients may use to tell that nothing was lost. */
  encodeFailure(error: PenstockError): string {
    return encodeStreamError(error, this.#numbers.next());
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
        if (isObject(response)) {
          this.usage = withTier(decodeUsage(response.usage) ?? this.usage, response.service_tier);
        }
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
