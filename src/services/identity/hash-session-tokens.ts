import type { BetterAuthPlugin } from "better-auth";
import type { DBAdapter, DBTransactionAdapter, Where } from "better-auth/adapters";

type Digest = (token: string) => string;

/** A query of the library, as far as a token may be in it. */
interface Query {
  readonly model: string;
  readonly where?: Where[] | undefined;
}

/**
 * Keeps digests of sessions' tokens instead of the tokens, so that whoever reads the database has no session. A token is
 * digested on its way in; the row that it finds comes back with it. Rows found otherwise have digests, which find nothing.
 */
export function hashSessionTokens(digest: Digest) {
  return {
    id: "penstock-session-tokens",
    init: ({ adapter }) => ({ context: { adapter: hashing(adapter, digest) } }),
  } satisfies BetterAuthPlugin;
}

function hashing(adapter: DBAdapter, digest: Digest): DBAdapter {
  return {
    ...adapter,
    ...hashingCalls(adapter, digest),
    transaction: (work) => adapter.transaction((inner) => work({ ...inner, ...hashingCalls(inner, digest) })),
  };
}

function hashingCalls(inner: DBTransactionAdapter, digest: Digest) {
  const hash = <Q extends Query>(query: Q): Q => (holdsTokens(query) ? hashWhere(query, digest) : query);
  return {
    create: async (query) => {
      if (query.model !== "session") return inner.create(query);
      const token = String(query.data.token);
      return withToken(
        await inner.create({ ...query, data: { ...query.data, token: digest(token) } }),
        token,
      );
    },
    findOne: async (query) => restore(await inner.findOne(hash(query)), query, digest),
    findMany: async (query) => {
      const rows = await inner.findMany<never>(hash(query));
      return rows.map((row) => restore(row, query, digest));
    },
    count: (query) => inner.count(hash(query)),
    update: async (query) => restore(await inner.update(hash(query)), query, digest),
    updateMany: (query) => inner.updateMany(hash(query)),
    delete: (query) => inner.delete(hash(query)),
    deleteMany: (query) => inner.deleteMany(hash(query)),
    consumeOne: async (query) => restore(await inner.consumeOne(hash(query)), query, digest),
    incrementOne: async (query) => restore(await inner.incrementOne(hash(query)), query, digest),
  } satisfies Partial<DBTransactionAdapter>;
}

function holdsTokens({ model, where }: Query): boolean {
  return model === "session" && where !== undefined && where.some(({ field }) => field === "token");
}

function hashWhere<Q extends Query>(query: Q, digest: Digest): Q {
  const where = query.where?.map((each) =>
    each.field === "token" ? { ...each, value: hashValue(each.value, digest) } : each,
  );
  return { ...query, where };
}

function hashValue(value: Where["value"], digest: Digest): Where["value"] {
  if (Array.isArray(value)) return value.map((each) => digest(String(each)));
  return digest(String(value));
}

/** The row with the token that was asked for, where the query named one. */
function restore<Row>(row: Row, query: Query, digest: Digest): Row {
  if (!holdsTokens(query) || typeof row !== "object" || row === null || !("token" in row)) return row;
  const asked = query.where?.flatMap(({ field, value }) => (field === "token" ? value : [])) ?? [];
  const token = asked.map(String).find((each) => digest(each) === row.token);
  return token === undefined ? row : withToken(row, token);
}

function withToken<Row>(row: Row, token: string): Row {
  return { ...row, token };
}
