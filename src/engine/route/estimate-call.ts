import { askedOutput } from "../admit/asked-output.ts";
import type { Call } from "../call.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type { RoutedCall } from "../read-call.ts";

/** What a call will use, before anybody was asked. Tokens. */
export interface CallEstimate {
  readonly input: number;
  /** The most the caller lets it answer; undefined: the request does not say. */
  readonly maxOutput: number | undefined;
}

/** A rough estimate of what a call uses, from its length and from what it says of the answers it wants. */
export function estimateCall(call: Pick<Call, "body">, { scan }: Pick<RoutedCall, "scan">): CallEstimate {
  const { body } = call;
  const { most, answers } = askedOutput(body, scan);
  return {
    input: estimateTokens(body.byteLength),
    maxOutput: most === undefined ? undefined : most * answers,
  };
}
