/** The URL of one answer below the URL where they are made; what that says in its query stays. */
export function answerUrl(
  base: string,
  { id, part, query }: { readonly id: string; readonly part: string; readonly query: URLSearchParams },
): string {
  const url = new URL(base);
  url.pathname += `/${encodeURIComponent(id)}${part}`;
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}
