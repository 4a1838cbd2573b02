import type { OrgRecord } from "../../storage/records/org-record.ts";

/** An organization as callers see it. */
export type OrgView = OrgRecord;
