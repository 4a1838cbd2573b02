import type { ChangeRecord, OrgChange } from "./records/change-record.ts";
import type { ChangedPart, Touch } from "./touch.ts";

/** Parts of an org that are listed one by one; beyond, the org counts as changed as a whole. */
const longestList = 500;

/** Gathers what the writes of one transaction touch. */
export class TouchedParts {
  readonly #orgs = new Map<string, Map<string, ChangedPart> | "all">();

  readonly touch: Touch = (orgId, part) => {
    const parts = this.#orgs.get(orgId) ?? new Map<string, ChangedPart>();
    if (parts === "all") return;
    if (part !== undefined) parts.set(part.id, part);
    const whole = part === undefined || parts.size > longestList;
    this.#orgs.set(orgId, whole ? "all" : parts);
  };

  get orgIds(): readonly string[] {
    return [...this.#orgs.keys()];
  }

  toRecord(): ChangeRecord {
    // What belongs to no org may matter to all of them.
    if (this.#orgs.has("")) return undefined;
    return [...this.#orgs].map(([orgId, parts]): OrgChange => {
      if (parts === "all") return { orgId, parts: undefined };
      const ids = (kind: ChangedPart["kind"]) =>
        [...parts.values()].filter((part) => part.kind === kind).map(({ id }) => id);
      const routes = ids("route");
      return { orgId, parts: { providers: ids("provider"), keys: ids("key"), routes, limits: ids("limit") } };
    });
  }
}
