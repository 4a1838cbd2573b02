import type { LimitSubject } from "../../plane/limit-config.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { unprocessable } from "../parse-input.ts";
import type { ConfigSubject } from "./document/config-document.ts";

/** Whom a limit of a file means. Throws `unprocessable` when there is no provider or live key of that name. */
export async function findSubject(
  reads: Reads,
  orgId: string,
  subject: ConfigSubject,
): Promise<LimitSubject> {
  if (!("name" in subject)) return subject;
  const { kind, name } = subject;
  const found =
    kind === "provider"
      ? await reads.providers.findByName({ orgId, name })
      : await reads.keys.findLiveByName({ orgId, name });
  if (found !== undefined) return { kind, id: found.id };
  throw unprocessable([{ path: "", message: `there is no ${kind} named \`${name}\`` }]);
}
