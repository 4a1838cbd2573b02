import { scanTopLevel } from "../../wire/json/top-level.ts";
import type { Call } from "../call.ts";
import type { Execution } from "../execution.ts";
import type { Candidate } from "../plane.ts";
import type { RoutedCall } from "../read-call.ts";
import { replaceParameters } from "./replace-parameters.ts";

/** A request as it came, before any target changed it. */
export type Received = Pick<Execution, "context" | "call" | "routed" | "meter" | "deadline">;

/** The request as an attempt at a candidate: with its parameters, and with nothing of an earlier attempt. */
export function executionFor(received: Received, candidate: Candidate): Execution {
  const { context, meter, deadline } = received;
  const { call, scan } = withParameters(received, candidate);
  const { resolution, stream } = received.routed;
  const { target } = candidate;
  const routed: RoutedCall =
    target === resolution.target && scan === received.routed.scan
      ? received.routed
      : { scan, stream, resolution: { ...resolution, target } };
  return { context, call, routed, candidate, meter, headers: {}, deadline, originals: undefined };
}

function withParameters(
  { call, routed }: Received,
  { parameters }: Candidate,
): { readonly call: Call; readonly scan: RoutedCall["scan"] } {
  if (parameters === undefined) return { call, scan: routed.scan };
  const body = replaceParameters(call.body, { scan: routed.scan, parameters });
  return { call: { ...call, body }, scan: scanTopLevel(body) };
}
