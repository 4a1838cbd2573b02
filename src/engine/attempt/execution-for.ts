import { scanTopLevel } from "../../wire/json/top-level.ts";
import type { Affinity } from "../affinity/find-affinity.ts";
import type { Call } from "../call.ts";
import type { Execution } from "../execution.ts";
import type { Candidate } from "../plane.ts";
import type { RoutedCall } from "../read-call.ts";
import { withVariantHeaders } from "../variant.ts";
import { replaceParameters } from "./replace-parameters.ts";

/** A request as it came, before any target changed it. */
export interface Received extends Pick<Execution, "context" | "call" | "routed" | "meter" | "deadline"> {
  /** What it carries back of its vendors; undefined: nothing that is known. */
  readonly affinity?: Affinity | undefined;
}

/** The request as an attempt at a candidate: with its parameters, and with nothing of an earlier attempt. */
export function executionFor(received: Received, candidate: Candidate): Execution {
  const { context, meter, deadline, affinity } = received;
  const { target } = candidate;
  const call = asAskedOf(received, candidate);
  return {
    context,
    call,
    routed: routedTo(candidate, call, received),
    candidate,
    meter,
    headers: {},
    deadline,
    foreignState: affinity?.isForeign(target.provider) ?? false,
    originals: undefined,
  };
}

/** The call with what the candidate adds to it; the client's own where that is nothing. */
function asAskedOf({ call, routed }: Received, { headers, parameters }: Candidate): Call {
  if (headers === undefined && parameters === undefined) return call;
  return {
    ...call,
    ...(headers !== undefined && { headers: withVariantHeaders(call.headers, headers) }),
    ...(parameters !== undefined && {
      body: replaceParameters(call.body, { scan: routed.scan, parameters }),
    }),
  };
}

function routedTo({ target }: Candidate, { body }: Call, { call, routed }: Received): RoutedCall {
  const { resolution, scan, stream } = routed;
  const isSameBody = body === call.body;
  if (isSameBody && target === resolution.target) return routed;
  return { scan: isSameBody ? scan : scanTopLevel(body), stream, resolution: { ...resolution, target } };
}
