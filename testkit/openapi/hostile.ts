import fc from "fast-check";

/** Values that no schema expects, among them what has broken servers before. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  -1,
  0.1,
  1e308,
  2 ** 53,
  -(2 ** 63),
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\ufeff\u202e",
  "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷺ",
  "'; drop table keys; --",
  '" or 1=1 --',
  "%' escape '",
  "../../../../etc/passwd",
  "..%2f..%2f",
  "$" + "{jndi:ldap://x}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "toString",
  "1970-01-01T00:00:00Z",
  "9999999999999999999999",
  "http://169.254.169.254/latest/meta-data",
  "x".repeat(5000),
  [],
  [[[[[[[[]]]]]]]],
  {},
  { a: { b: { c: {} } } },
];

/** Header values that clients, proxies and attackers send. */
export const hostileHeaders: readonly (readonly [string, string])[] = [
  ["accept", "text/html"],
  ["accept", ",,;q=;"],
  ["content-type", "text/plain"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-type", "multipart/form-data; boundary="],
  ["content-encoding", "gzip"],
  ["if-match", '"'],
  ["if-match", "*"],
  ["if-match", '"zzzzzzzzzzz.AAAAAAAAAAAAAAAA", W/"x"'],
  ["if-none-match", "*"],
  ["if-none-match", "x".repeat(4000)],
  ["idempotency-key", "same for all"],
  ["idempotency-key", "same-for-all"],
  ["idempotency-key", "k".repeat(256)],
  ["x-penstock-org", "__proto__"],
  ["x-penstock-org", "org_00000000000000000000000000"],
  ["x-forwarded-for", "' or 1=1, ::ffff:10.0.0.1"],
  ["origin", "null"],
  ["sec-fetch-site", "cross-site"],
  ["cookie", "a=b; =; penstock_session=%00"],
  ["authorization", "Bearer psk_"],
  ["authorization", "Basic OjpA"],
  ["x-http-method-override", "DELETE"],
  ["content-length", "99999999"],
];

/** A value with one place in it replaced, taken away or added to. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(value);
  return fc
    .tuple(
      fc.constantFrom(...places),
      fc.constantFrom("replace", "remove", "extra"),
      fc.constantFrom(...hostileValues),
    )
    .map(([place, how, hostile]) => change(value, place, { how, hostile }));
}

/** Bodies that are no JSON, or JSON that is more than it seems. */
export const rawBodies: readonly string[] = [
  "",
  "{",
  "nul",
  '{"name":}',
  '{"name":"a","name":"b"}',
  '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}',
  '{"name":"\\u0000"}',
  '{"name":"\\ud83d"}',
  '{"name":1e999}',
  "[".repeat(50_000),
  `{"name":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
  "\ufeff{}",
  '"text"',
  "[]",
  "null",
];

function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  const here = [[...path]];
  if (typeof value !== "object" || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

function change(
  value: unknown,
  place: readonly string[],
  what: { readonly how: string; readonly hostile: unknown },
): unknown {
  const [key, ...rest] = place;
  if (key === undefined) {
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    return what.how === "extra" && isRecord ? { ...value, no_such_field: what.hostile } : what.hostile;
  }
  if (Array.isArray(value)) {
    return value.map((inner, at) => (String(at) === key ? change(inner, rest, what) : inner));
  }
  const entries = Object.entries(value as object).flatMap(([name, inner]) => {
    if (name !== key) return [[name, inner]];
    if (what.how === "remove" && rest.length === 0) return [];
    return [[name, change(inner, rest, what)]];
  });
  return Object.fromEntries(entries);
}
