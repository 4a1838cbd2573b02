import type { PenstockError } from "../../errors/penstock-error.ts";
import type { Target } from "../plane.ts";

/** One attempt as `x-penstock-attempt-log` lists it: `provider/model;status=429;code=upstream_rate_limited`. */
export function toldAttempt(target: Target | undefined, error: PenstockError | undefined): string {
  const end = error === undefined ? "status=200" : `status=${error.status};code=${error.code}`;
  return `${nameOf(target)};${end}`;
}

/** One that another attempt at the same time was faster than. */
export function lostAttempt(target: Target | undefined): string {
  return `${nameOf(target)};code=hedge_lost`;
}

function nameOf(target: Target | undefined): string {
  const name = target === undefined ? "" : `${target.provider.config.name}/${target.model.wireId}`;
  return name.replace(/[^\w.:/@-]/g, "_");
}
