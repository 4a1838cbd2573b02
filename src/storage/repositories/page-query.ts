import { type ReferenceExpression, type SelectQueryBuilder, sql } from "kysely";
import { foldName } from "../columns.ts";

/** A column that a list can be sorted by; its values are unique only together with the id. */
export type SortValue = string | number;

/** The order of a list. */
export interface PageSort {
  /** One of the list's own names for what it is sorted by; `created_at` is by id, since ids are UUIDv7. */
  readonly by: string;
  readonly descending: boolean;
}

/** One page of a list. */
export interface PageQuery {
  readonly limit: number;
  /** Where the page before ended; undefined: from the start. `value` is undefined where the list is sorted by id. */
  readonly after: { readonly value: SortValue | undefined; readonly id: string } | undefined;
  /** By age, the oldest first, unless told. */
  readonly sort?: PageSort | undefined;
}

/** The columns of a list: its id, and those it can be sorted by besides. */
export interface PageColumns<DB, TB extends keyof DB> {
  readonly id: ReferenceExpression<DB, TB>;
  readonly sorts: Readonly<Record<string, ReferenceExpression<DB, TB>>>;
}

/**
 * Restricts a query to one page. A page begins after the last row of the one before, not at an offset, so that rows which
 * come or go meanwhile neither repeat nor hide others.
 */
export function paged<DB, TB extends keyof DB, O>(
  select: SelectQueryBuilder<DB, TB, O>,
  { query, columns }: { readonly query: PageQuery; readonly columns: PageColumns<DB, TB> },
): SelectQueryBuilder<DB, TB, O> {
  const { sort = byAge, after, limit } = query;
  const direction = sort.descending ? "desc" : "asc";
  const than = sql.raw(sort.descending ? "<" : ">");
  const { id } = columns;
  const column = columns.sorts[sort.by];
  const [idRef, ref] = [refOf(id), column === undefined ? undefined : refOf(column)];
  if (ref === undefined) {
    const ordered = select.orderBy(idRef, direction).limit(limit);
    return after === undefined ? ordered : ordered.where(sql<boolean>`${idRef} ${than} ${after.id}`);
  }
  const ordered = select.orderBy(ref, direction).orderBy(idRef, direction).limit(limit);
  if (after === undefined) return ordered;
  return ordered.where(sql<boolean>`(${ref}, ${idRef}) ${than} (${after.value}, ${after.id})`);
}

const byAge: PageSort = { by: "created_at", descending: false };

function refOf<DB, TB extends keyof DB>(column: ReferenceExpression<DB, TB>) {
  return sql.ref(String(column));
}

/** Whether a folded column has `part` anywhere; what `part` says is taken as it is, wildcards too. */
export function contains(column: string, part: string) {
  const pattern = `%${foldName(part).replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`;
}
