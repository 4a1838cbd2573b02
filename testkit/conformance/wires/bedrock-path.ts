/** The model that a request to Bedrock's runtime names. */
export function modelOfPath(path: string): string {
  return decodeURIComponent(/^\/model\/([^/]+)\//.exec(path)?.[1] ?? "");
}
