/** The text without slashes at its end. */
export function trimSlashes(url: string): string {
  return url.replace(/\/+$/, "");
}

/** `base` and `path` as one URL; a query the base has stays behind the path. `base` must be a valid URL. */
export function joinUrl(base: string, path: string): string {
  const url = new URL(base);
  const [pathname, query] = path.split("?", 2);
  url.pathname = trimSlashes(url.pathname) + (pathname ?? "");
  for (const [name, value] of new URLSearchParams(query ?? "")) url.searchParams.set(name, value);
  return url.href;
}

/** A bare origin gets `/v1`; any other path is taken as it is. */
export function withDefaultVersion(base: string): string {
  const url = new URL(base);
  return url.pathname === "/" ? joinUrl(base, "/v1") : trimSlashes(url.href);
}

/** A base that ends somewhere before the end of `path` gets the rest of it; any other path is taken as it is. */
export function withDefaultPath(base: string, path: string): string {
  const url = new URL(base);
  const own = trimSlashes(url.pathname);
  if (own !== path && `${path}/`.startsWith(`${own}/`)) url.pathname = path;
  return trimSlashes(url.href);
}

/** The base without a last segment `/v1`, for vendors whose paths carry it themselves. */
export function withoutVersion(base: string): string {
  const url = new URL(base);
  url.pathname = trimSlashes(url.pathname).replace(/\/v1$/, "");
  return trimSlashes(url.href);
}

/** Why `url` cannot be a provider's base URL; undefined when it can. Whether it may be reached is the egress policy's. */
export function baseUrlProblem(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return "the base URL is not a URL";
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    return "the base URL must begin with https:// or http://";
  }
  if (parsed.username !== "" || parsed.password !== "")
    return "the base URL must not hold a user name or password";
  if (parsed.hash !== "") return "the base URL must not hold a fragment";
  return undefined;
}
