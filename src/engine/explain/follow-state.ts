import { PenstockError } from "../../errors/penstock-error.ts";
import { type Asked, findAffinity } from "../affinity/find-affinity.ts";
import type { Candidate } from "../plane.ts";

/** Candidates as the state in the request orders them. */
export interface FollowedState {
  readonly ordered: readonly Candidate[];
  /** Who issued it; undefined: nobody here, or there is none. */
  readonly issuer: Candidate | undefined;
  /** Those that cannot know the answer which the request goes on from. */
  readonly elsewhere: ReadonlySet<Candidate>;
}

/** State goes back to the account that issued it, which the strategy's order gives way to. */
export function followState(asked: Asked, ordered: readonly Candidate[]): FollowedState {
  try {
    const able = findAffinity(asked)?.order(ordered);
    if (able === undefined) return { ordered, issuer: undefined, elsewhere: new Set() };
    const elsewhere = ordered.filter((each) => !able.includes(each));
    return { ordered: [...able, ...elsewhere], issuer: able[0], elsewhere: new Set(elsewhere) };
  } catch (error) {
    // Nobody is left who could know it.
    if (!(error instanceof PenstockError)) throw error;
    return { ordered, issuer: undefined, elsewhere: new Set(ordered) };
  }
}
