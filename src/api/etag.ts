import { createHash } from "node:crypto";

/**
 * The strong entity tag of a representation: the revision of what it represents, and a digest of its bytes. `if-none-match`
 * compares all of it, so that also what changes without a revision (a provider's status) is seen; `if-match` compares the
 * revision alone, so that a probe in the background makes nobody's change fail.
 */
export function toEtag(updatedAt: number, body: string): string {
  const digest = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return `"${updatedAt.toString(36)}.${digest}"`;
}

/** The revisions in an `if-match`, `*`, or undefined when it is no list of tags. Weak and foreign tags match nothing. */
export function revisionsOf(ifMatch: string): readonly number[] | "*" | undefined {
  if (ifMatch.trim() === "*") return "*";
  const tags = tagsOf(ifMatch);
  return tags?.flatMap((tag) => {
    const revision = /^"([0-9a-z]{1,11})\.[\w-]{16}"$/.exec(tag)?.[1];
    return revision === undefined ? [] : [Number.parseInt(revision, 36)];
  });
}

/** Whether a client that has these tags has this representation; weak tags count here (RFC 9110, section 13.1.2). */
export function matchesAny(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === "*") return true;
  return tagsOf(ifNoneMatch)?.some((tag) => tag.replace(/^W\//, "") === etag) ?? false;
}

function tagsOf(list: string): readonly string[] | undefined {
  const tags = list.split(",").map((tag) => tag.trim());
  return tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)) ? tags : undefined;
}
