import { PenstockError } from "../errors/penstock-error.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { ProviderPlane } from "./plane.ts";
import { type Answer, failureOf } from "./send.ts";
import { upstreamFailure } from "./upstream-failure.ts";

/** Whether the vendor answers with a stream of its protocol. */
export function isStream(response: Response, wire: Protocol): boolean {
  return wire.isStream(response.headers.get("content-type") ?? "");
}

/**
 * A whole answer.
 *
 * @throws PenstockError `upstream_*`; `ClientGone`.
 */
export async function readWhole(answer: Answer, provider: ProviderPlane): Promise<Uint8Array> {
  try {
    return await answer.response.bytes();
  } catch (error) {
    throw failureOf(error, answer.abort, provider);
  } finally {
    answer.silence.stop();
    answer.release();
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

/**
 * A whole answer parsed.
 *
 * @throws PenstockError `upstream_malformed`.
 */
export function parseAnswer(bytes: Uint8Array, provider: ProviderPlane): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const fields = { provider: provider.config.name, reason: "its answer is not JSON" };
    throw new PenstockError("upstream_malformed", { fields, cause });
  }
}
