import { type ProfileFigures, profileCase } from "../profile/profile-case.ts";
import type { Verdict } from "../report/verdicts.ts";
import type { Session } from "../session.ts";
import { allTargets } from "../targets/all-targets.ts";
import { findCase } from "./find-case.ts";

const mostProfiles = 4;

/** Profiles the cases whose budget was missed, the worst first, so that the report says where the time goes. */
export async function profileMissed(options: {
  readonly session: Session;
  readonly verdicts: readonly Verdict[];
  readonly progress: (text: string) => void;
}): Promise<ProfileFigures[]> {
  const { session, verdicts, progress } = options;
  const missed = verdicts
    .filter((one) => one.outcome === "missed" && one.case !== undefined)
    .sort((a, b) => Number(b.binding) - Number(a.binding) || (b.missedBy ?? 0) - (a.missedBy ?? 0))
    .flatMap((one) => (one.case === undefined ? [] : [one.case]));
  const profiles: ProfileFigures[] = [];
  for (const name of [...new Set(missed)].slice(0, mostProfiles)) {
    progress(`profile  ${name}`);
    const { lane, shape } = findCase(name, "penstock");
    const { host, generator } = session;
    profiles.push(
      await profileCase({ target: allTargets.penstock, host, generator, lane, shape, seconds: 3, count: 15 }),
    );
  }
  return profiles;
}
