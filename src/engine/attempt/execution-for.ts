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
  const { call, scan } = asAskedOf(received, candidate);
  const { resolution, stream } = received.routed;
  const { target } = candidate;
  const routed: RoutedCall =
    target === resolution.target && scan === received.routed.scan
      ? received.routed
      : { scan, stream, resolution: { ...resolution, target } };
  const foreignState = affinity?.isForeign(target.provider) ?? false;
  return {
    context,
    call,
    routed,
    candidate,
    meter,
    headers: {},
    deadline,
    foreignState,
    originals: undefined,
  };
}

interface Asked {
  readonly call: Call;
  readonly scan: RoutedCall["scan"];
}

function asAskedOf({ call, routed }: Received, candidate: Candidate): Asked {
  const { headers } = candidate;
  return withParameters(
    {
      call: headers === undefined ? call : { ...call, headers: withVariantHeaders(call.headers, headers) },
      scan: routed.scan,
    },
    candidate,
  );
}

function withParameters({ call, scan }: Asked, { parameters }: Candidate): Asked {
  if (parameters === undefined) return { call, scan };
  const body = replaceParameters(call.body, { scan, parameters });
  return { call: { ...call, body }, scan: scanTopLevel(body) };
}
