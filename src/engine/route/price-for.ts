import { costOf } from "../../plane/cost-of.ts";
import { noUsage } from "../../wire/neutral/usage.ts";
import type { Candidate } from "../plane.ts";
import type { CallEstimate } from "./estimate-call.ts";

/** Tokens of an answer where the request does not say how long it may be: the same for all, so that they can be compared. */
const usualOutput = 1024;

/** USD that a call would cost there; undefined: the model has no price. */
export function priceFor({ target }: Pick<Candidate, "target">, estimate: CallEstimate): number | undefined {
  const { kind, prices } = target.model;
  const output = kind === "embedding" ? 0 : (estimate.maxOutput ?? usualOutput);
  return costOf({ ...noUsage, input: estimate.input, output }, prices);
}
