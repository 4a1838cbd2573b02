/** A Daytona that runs, below `/api`. */
export interface MockDaytona extends AsyncDisposable {
  /** The base URL of its API. */
  readonly url: string;
  readonly apiKey: string;
}

/** Starts a Daytona that knows one key. */
export function startDaytonaMock(): MockDaytona {
  const apiKey = "dtn_canary_0123456789abcdef";
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      if (new URL(request.url).pathname !== "/api/api-keys/current")
        return new Response("Not found", { status: 404 });
      if (request.headers.get("authorization") !== `Bearer ${apiKey}`)
        return Response.json({ statusCode: 401, message: "canary" }, { status: 401 });
      return Response.json({
        name: "laptop",
        value: "dtn_********cdef",
        userId: "user-1",
        createdAt: "2026-01-01T00:00:00Z",
        permissions: ["write:sandboxes"],
      });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/api`,
    apiKey,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
