import { describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { selfSigned } from "../../testkit/tls/self-signed.ts";
import type { PenstockError } from "../errors/penstock-error.ts";
import type { EgressGuard } from "./egress-guard.ts";
import { createGuardedTransport } from "./guarded-transport.ts";
import type { HttpAnswer } from "./http/http-answer.ts";
import { HttpClient } from "./http/http-client.ts";

const init = () => ({
  method: "POST" as const,
  headers: { "content-type": "application/json" },
  body: "{}",
  signal: new AbortController().signal,
  redirect: "manual" as const,
});

/** A transport on a clock of its own whose resolver answers what `addresses` holds at the moment. */
function world() {
  const state = { now: 0, addresses: ["203.0.114.7"], asked: 0, connected: [] as string[], fails: false };
  const guard: EgressGuard = {
    policy: { allow: [], loopback: false },
    async resolve() {
      state.asked++;
      if (state.addresses.length === 0) throw new TypeError("no such name");
      return state.addresses;
    },
    async connect(url, { headers, tls }) {
      state.connected.push(`${url} as ${headers.host} ${tls?.serverName}`);
      if (state.fails) throw new TypeError("reset");
      return new Response("ok");
    },
  };
  return { state, call: createGuardedTransport(guard, () => state.now) };
}

const url = "https://api.vendor.test:8443/v1/chat?x=1";
const turn = () => Bun.sleep(0);

describe("a vendor's name", () => {
  test("is resolved for the first call, and the next ones ask nobody", async () => {
    const { state, call } = world();
    await Promise.all([call(url, init()), call(url, init())]);
    state.now = 29_999;
    await call(url, init());
    expect(state.asked).toBe(1);
    expect(new Set(state.connected)).toEqual(
      new Set(["https://203.0.114.7:8443/v1/chat?x=1 as api.vendor.test:8443 api.vendor.test"]),
    );
  });

  test("is renewed after 30 s without a call having to wait", async () => {
    const { state, call } = world();
    await call(url, init());
    state.now = 30_001;
    state.addresses = ["203.0.114.8"];
    await call(url, init());
    await turn();
    await call(url, init());
    expect(state.connected.map((line) => line.slice(8, 19))).toEqual([
      "203.0.114.7",
      "203.0.114.7",
      "203.0.114.8",
    ]);
    expect(state.asked).toBe(2);
  });

  test("that turns to a forbidden address is never connected to there, and refused from then on", async () => {
    const { state, call } = world();
    await call(url, init());
    state.now = 30_001;
    state.addresses = ["169.254.169.254"];
    await call(url, init());
    await turn();
    const refused = await call(url, init()).catch((error: PenstockError) => error);
    expect(refused).toMatchObject({ code: "egress_refused", status: 424 });
    expect(String(refused)).not.toMatch(/169|vendor\.test/);
    expect(state.connected.every((line) => line.includes("203.0.114.7"))).toBe(true);
  });

  test("unused for minutes is resolved before it is called again", async () => {
    const { state, call } = world();
    await call(url, init());
    state.now = 300_001;
    state.addresses = ["10.0.0.1"];
    expect(await call(url, init()).catch(({ code }: PenstockError) => code)).toBe("egress_refused");
  });

  test("is resolved anew after a call that failed", async () => {
    const { state, call } = world();
    state.fails = true;
    await call(url, init()).catch(() => {});
    await call(url, init()).catch(() => {});
    expect(state.asked).toBe(2);
  });

  test("is called at its known address while the resolver is down", async () => {
    const { state, call } = world();
    await call(url, init());
    state.addresses = [];
    for (state.now = 30_001; state.now < 300_000; state.now += 30_000) {
      expect((await call(url, init())).status).toBe(200);
      await turn();
    }
    state.addresses = ["203.0.114.9"];
    await call(url, init());
    await turn();
    await call(url, init());
    expect(state.connected.at(-1)).toContain("203.0.114.9");
  });

  test("without an address fails as unreachable, not as refused", async () => {
    const { state, call } = world();
    state.addresses = [];
    expect(await call(url, init()).catch((error: Error) => error.name)).toBe("TypeError");
  });
});

describe.each(["sockets", "fetch"])("connections to a pinned address, by %s,", (client) => {
  const { key, cert } = selfSigned;
  const own = new HttpClient({ ca: cert });
  const guard: EgressGuard = {
    policy: { allow: [], loopback: true },
    resolve: async () => ["127.0.0.2", "127.0.0.1"],
    connect: (target, { tls, ...rest }) => fetch(target, { ...rest, tls: { ...tls, ca: cert } }),
    ...(client === "sockets" && { call: (call) => own.call(call) }),
  };
  const portOf = async (server: Server<undefined>, answer: Promise<HttpAnswer>) => {
    const said = Buffer.from(await (await answer).bytes()).toString();
    expect(said).toEndWith(` good.test:${server.port}`);
    return said;
  };
  const serve = (tls?: { key: string; cert: string }) =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      ...(tls !== undefined && { tls }),
      fetch: (request, self): Response =>
        new Response(`${self.requestIP(request)?.port} ${request.headers.get("host")}`),
    });

  test.each(["http", "https"])(
    "%s, are kept, and an address where nothing listens is passed over",
    async (scheme) => {
      const server = serve(scheme === "https" ? { key, cert } : undefined);
      const call = createGuardedTransport(guard, () => 0);
      try {
        const ports = new Set<string>();
        for (let i = 0; i < 5; i++)
          ports.add(await portOf(server, call(`${scheme}://good.test:${server.port}/`, init())));
        expect(ports.size).toBe(1);
      } finally {
        server.stop(true);
      }
    },
  );

  test("are not made to a server with another's certificate", async () => {
    const server = serve({ key, cert });
    const call = createGuardedTransport(guard, () => 0);
    await expect(call(`https://bad.test:${server.port}/`, init())).rejects.toThrow();
    server.stop(true);
  });
});

test.each([
  ["is asked for again after a call that got no answer", false, 2],
  ["is kept after a call that its caller ended", true, 1],
] as const)("by sockets, the address of a name %s", async (_what, isEnded, times) => {
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        if (isEnded) stop.abort();
        else socket.end();
      },
    },
  });
  const stop = new AbortController();
  let asked = 0;
  const own = new HttpClient();
  const guard: EgressGuard = {
    policy: { allow: [], loopback: true },
    resolve: async () => {
      asked++;
      return ["127.0.0.1"];
    },
    connect: fetch,
    call: (call) => own.call(call),
  };
  const call = createGuardedTransport(guard, () => 0);
  const target = `http://good.test:${server.port}/`;
  try {
    await expect(call(target, { ...init(), signal: stop.signal })).rejects.toThrow();
    await call(target, { ...init(), signal: AbortSignal.timeout(50) }).catch(() => {});
    expect(asked).toBe(times);
  } finally {
    server.stop(true);
  }
});
