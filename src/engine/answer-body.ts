import { PenstockError } from "../errors/penstock-error.ts";
import type { NeutralResponse } from "../wire/neutral/response.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { ProviderPlane } from "./plane.ts";
import { type Answer, failureOf } from "./send.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";
import { upstreamFailure } from "./upstream-failure.ts";

/** Whether the vendor answers with a stream of its protocol. */
export function isStream(response: UpstreamAnswer, wire: Protocol): boolean {
  return wire.isStream(response.headers.get("content-type") ?? "");
}

/**
 * A whole answer.
 *
 * @throws PenstockError `upstream_*`; `ClientGone`.
 */
export async function readWhole(answer: Answer, provider: ProviderPlane): Promise<Uint8Array> {
  const { abort, response, silence, waits } = answer;
  waits.begin();
  try {
    return await response.bytes();
  } catch (error) {
    throw failureOf(error, abort, provider);
  } finally {
    waits.end();
    silence.stop();
    abort.release();
  }
}

/**
 * Some vendors report a failure with status 200.
 *
 * @throws PenstockError `upstream_*` when the answer is an error.
 */
export function throwIfError(body: unknown, from: { wire: Protocol; provider: ProviderPlane }): void {
  if (typeof body !== "object" || body === null || !("error" in body) || body.error === null) return;
  if (typeof body.error !== "object" && typeof body.error !== "string") return;
  const text = JSON.stringify(body);
  // With status 200 the body alone says which failure it is, as it does inside a stream.
  const reader = from.wire.createRelayReader();
  reader.read(text);
  throw upstreamFailure(reader.error ?? from.wire.decodeError(502, new Headers(), text), from.provider);
}

const decoder = new TextDecoder();

/**
 * A whole answer parsed; every protocol's is an object.
 *
 * @throws PenstockError `upstream_malformed`.
 */
export function parseAnswer(bytes: Uint8Array, provider: ProviderPlane): object {
  let answer: unknown;
  try {
    answer = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw malformed("its answer is not JSON", { provider, cause });
  }
  if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) return answer;
  throw malformed("its answer is not a JSON object", { provider });
}

/**
 * A decoded answer that a client can use: its calls can be carried out.
 *
 * @throws PenstockError `upstream_malformed`.
 */
export function checkedAnswer(answer: NeutralResponse, provider: ProviderPlane): NeutralResponse {
  if (!answer.parts.some((part) => part.type === "tool_call" && part.name === "")) return answer;
  throw malformed("a tool call in its answer has no name", { provider });
}

function malformed(reason: string, from: { provider: ProviderPlane; cause?: unknown }): PenstockError {
  const fields = { provider: from.provider.config.name, reason };
  return new PenstockError("upstream_malformed", { fields, cause: from.cause });
}
