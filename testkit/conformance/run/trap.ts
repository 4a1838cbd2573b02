/** An address that no gateway has a reason to call. */
export interface Trap extends AsyncDisposable {
  readonly url: string;
  readonly calls: number;
}

/** Starts a server that counts whoever comes. */
export function startTrap(): Trap {
  let calls = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      calls += 1;
      return new Response("{}", { headers: { "content-type": "application/json" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    get calls() {
      return calls;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
