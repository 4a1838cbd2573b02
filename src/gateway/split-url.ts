/** The parts of a request's URL that routing reads. */
export interface SplitUrl {
  /** Without the path token. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** From `/u/{token}/…`: the key of callers that send no header. */
  readonly pathToken: string | undefined;
}

const tokenPrefix = "/u/";

/** Cheaper than `URL`: the parts are only compared, never rebuilt. */
export function splitUrl(url: string): SplitUrl {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const mark = url.indexOf("?", start);
  const path = mark === -1 ? url.slice(start) : url.slice(start, mark);
  const query = mark === -1 ? "" : url.slice(mark + 1);
  if (!path.startsWith(tokenPrefix)) return { path, query, pathToken: undefined };
  const end = path.indexOf("/", tokenPrefix.length);
  return end === -1
    ? { path: "/", query, pathToken: path.slice(tokenPrefix.length) }
    : { path: path.slice(end), query, pathToken: path.slice(tokenPrefix.length, end) };
}
