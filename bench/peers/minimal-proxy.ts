/**
 * The least a gateway in Bun could do: parse the request, parse the plain answer, relay the stream. No authentication, no
 * limits, no metering. `bun bench/peers/minimal-proxy.ts PORT UPSTREAM_PORT`.
 */
const [, , port, upstreamPort] = process.argv;
const upstream = `http://127.0.0.1:${upstreamPort}`;

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  idleTimeout: 0,
  maxRequestBodySize: 64 * 1024 * 1024,
  fetch: (request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/healthz" ? new Response("ok") : forward(request, pathname);
  },
});

async function forward(request: Request, pathname: string): Promise<Response> {
  const body: unknown = await request.json();
  const answer = await fetch(upstream + pathname, {
    method: "POST",
    headers: forwardedHeaders(request.headers),
    body: JSON.stringify(body),
    signal: request.signal,
  });
  const type = answer.headers.get("content-type") ?? "";
  if (!type.startsWith("application/json")) {
    return new Response(answer.body, { status: answer.status, headers: { "content-type": type } });
  }
  return Response.json(await answer.json(), { status: answer.status });
}

function forwardedHeaders(headers: Headers): Record<string, string> {
  const forwarded: Record<string, string> = { "content-type": "application/json" };
  for (const name of ["authorization", "x-api-key", "anthropic-version"]) {
    const value = headers.get(name);
    if (value !== null) forwarded[name] = value;
  }
  return forwarded;
}

// A profile is written by a process that exits by itself.
process.on("SIGTERM", () => process.exit(0));
