/** Which ids a row of the price data is for: lower case, as the ids that are held against it. */
export type IdMatch =
  | { readonly or: readonly IdMatch[] }
  | { readonly and: readonly IdMatch[] }
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string };

/** Whether a row's rule holds for an id, which is lower case. */
export function matchesId(rule: IdMatch, id: string): boolean {
  if ("or" in rule) return rule.or.some((each) => matchesId(each, id));
  if ("and" in rule) return rule.and.every((each) => matchesId(each, id));
  if ("equals" in rule) return id === rule.equals;
  if ("starts_with" in rule) return id.startsWith(rule.starts_with);
  if ("ends_with" in rule) return id.endsWith(rule.ends_with);
  if ("contains" in rule) return id.includes(rule.contains);
  return new RegExp(rule.regex).test(id);
}
