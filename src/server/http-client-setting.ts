import { type HttpClientName, httpClients } from "../egress/egress-guard.ts";
import type { ErrorProblem } from "../errors/penstock-error.ts";

const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/**
 * The variable `PENSTOCK_HTTP_CLIENT`. Where a proxy is set it is `fetch`, which alone knows how to ask one. Adds what is
 * wrong to `problems`.
 */
export function readHttpClient(
  env: Readonly<Record<string, string | undefined>>,
  problems: ErrorProblem[],
): HttpClientName {
  const proxy = proxies.find((name) => (env[name] ?? "") !== "");
  const text = env.PENSTOCK_HTTP_CLIENT || (proxy === undefined ? "sockets" : "fetch");
  const name = httpClients.find((each) => each === text);
  const message =
    name === undefined
      ? `must be one of ${httpClients.join(", ")}, not ${JSON.stringify(text)}`
      : name === "sockets" && proxy !== undefined
        ? `cannot be sockets where ${proxy} is set: only fetch asks a proxy`
        : undefined;
  if (message !== undefined) problems.push({ path: "PENSTOCK_HTTP_CLIENT", message });
  return name ?? "sockets";
}
