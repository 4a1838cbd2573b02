import { PenstockError } from "../../errors/penstock-error.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage } from "../neutral/usage.ts";
import { isObject } from "../read-json.ts";
import { createdOf, decodeAnswerMessage, textOf } from "./decode-message.ts";
import { decodeInBandError } from "./error.ts";
import { ollamaOrigin } from "./schema.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { decodeUsage } from "./usage.ts";

/**
 * A vendor's whole answer. It has no id.
 *
 * @throws PenstockError `upstream_malformed` when it has no message or is not complete, `upstream_error` when a failure was
 * sent as a success.
 */
export function decodeResponse(body: unknown): NeutralResponse {
  if (!isObject(body)) throw malformed("its answer is not a JSON object");
  const error = decodeInBandError(body);
  if (error !== undefined) {
    const fields = { reason: `it answered ${error.status}.` };
    throw new PenstockError("upstream_error", { fields, status: error.status, cause: error });
  }
  if (!isObject(body.message)) throw malformed("its answer has no message");
  if (body.done !== true) throw malformed("its answer is not complete");
  const { thinking, text, calls } = decodeAnswerMessage(body, 0);
  const parts: readonly AssistantPart[] = [
    ...(thinking === "" ? [] : [{ type: "thinking" as const, text: thinking, origin: ollamaOrigin }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...calls,
  ];
  return {
    id: "",
    model: textOf(body.model),
    ...createdOf(body),
    parts,
    stopReason: decodeStopReason(body.done_reason, calls.length > 0),
    usage: decodeUsage(body) ?? noUsage,
  };
}

function malformed(reason: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason } });
}
