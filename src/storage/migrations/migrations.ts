import type { Migration } from "kysely";
import { foundation } from "./0001-foundation.ts";
import { audit } from "./0002-audit.ts";

/** Every migration by its name, in order. A released one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-foundation": foundation,
  "0002-audit": audit,
};
