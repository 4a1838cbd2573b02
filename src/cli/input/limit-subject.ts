import type { LimitBody } from "../../api/schemas/limit.ts";
import type { ApiClient } from "../api-client.ts";
import { usageError } from "../cli-error.ts";
import { findKey, findProvider } from "../find-by-name.ts";

/** How a subject is written, in files, too. */
export const subjectHint = "org, provider/NAME, key/NAME, agent/NAME or agent/NAME/ROLE";

/** Whom a limit is for, by names. Throws a usage error for another form, and when there is no such provider or key. */
export async function parseSubject(api: ApiClient, text: string): Promise<LimitBody["subject"]> {
  if (text === "org") return { kind: "org" };
  const slash = text.indexOf("/");
  const [kind, rest] = slash === -1 ? [text, ""] : [text.slice(0, slash), text.slice(slash + 1)];
  if (rest !== "") {
    if (kind === "provider") return { kind, id: (await findProvider(api, rest)).id };
    if (kind === "key") return { kind, id: (await findKey(api, rest)).id };
    const [agent = "", role, ...more] = rest.split("/");
    if (kind === "agent" && more.length === 0)
      return role === undefined ? { kind, agent } : { kind: "agent_role", agent, role };
  }
  throw usageError(`the subject must be ${subjectHint}`);
}

/** A limit's subject in the same words. */
export function formatSubject({ subject, subject_name: name }: LimitBody): string {
  switch (subject.kind) {
    case "org":
      return "org";
    case "provider":
    case "key":
      return `${subject.kind}/${name ?? subject.id}`;
    case "agent":
      return `agent/${subject.agent}`;
    case "agent_role":
      return `agent/${subject.agent}/${subject.role}`;
  }
}

/** The limit of this subject, or with this id. Throws when there is none. */
export async function findLimit(api: ApiClient, text: string): Promise<LimitBody> {
  const limits = await api.list<LimitBody>("/limits");
  const found =
    limits.find((limit) => limit.id === text || formatSubject(limit) === text) ??
    limits.find((limit) => formatSubject(limit).toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const known = limits.slice(0, 8).map(formatSubject).join(", ");
  throw usageError(
    `\`${text}\` has no limit; ${limits.length === 0 ? "nobody has" : `there are those of ${known}`}`,
  );
}
