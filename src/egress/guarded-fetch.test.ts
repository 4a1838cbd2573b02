import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { selfSigned } from "../../testkit/tls/self-signed.ts";
import type { PenstockError } from "../errors/penstock-error.ts";
import { cidrs } from "./cidr.ts";
import type { EgressGuard } from "./egress-guard.ts";
import { guardedFetch } from "./guarded-fetch.ts";

interface Stub extends EgressGuard {
  /** Names that were asked for, in order. */
  readonly asked: string[];
  /** Where connections went, in order. */
  readonly connected: string[];
}

/** A guard whose resolver answers from a script: the n-th question about a name gets its n-th answer, then the last. */
function stub(names: Readonly<Record<string, readonly (readonly string[])[]>>, ca?: string): Stub {
  const asked: string[] = [];
  const connected: string[] = [];
  return {
    asked,
    connected,
    policy: { allow: cidrs("127.0.0.1"), loopback: false },
    async resolve(hostname) {
      const answers = names[hostname] ?? [];
      const answer = answers[Math.min(asked.filter((name) => name === hostname).length, answers.length - 1)];
      asked.push(hostname);
      if (answer === undefined) throw new TypeError(`no such name: ${hostname}`);
      return answer;
    },
    connect(url, init) {
      connected.push(new URL(url).hostname);
      return fetch(url, { ...init, ...(ca !== undefined && { tls: { ...init.tls, ca } }) });
    },
  };
}

const request = () => ({ headers: { authorization: "Bearer x" }, signal: AbortSignal.timeout(5_000) });
const codeOf = (error: PenstockError) => error.code;
const metadata = "169.254.169.254";

let server: ReturnType<typeof Bun.serve>;
let port: number;
const seen: { path: string; host: string | null; authorization: string | null; method: string }[] = [];

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(incoming) {
      const { pathname, searchParams } = new URL(incoming.url);
      seen.push({
        path: pathname,
        host: incoming.headers.get("host"),
        authorization: incoming.headers.get("authorization"),
        method: incoming.method,
      });
      const to = searchParams.get("to");
      return to === null
        ? new Response("here")
        : new Response(null, { status: 302, headers: { location: to } });
    },
  });
  port = server.port ?? 0;
});
afterAll(() => server.stop(true));

describe("a name", () => {
  test("is resolved once, and the connection goes to the address that was checked", async () => {
    const guard = stub({ "rebind.test": [["127.0.0.1"], [metadata], [metadata]] });
    const response = await guardedFetch(guard, `http://rebind.test:${port}/a?b=c`, request());
    expect(await response.text()).toBe("here");
    expect(guard.asked).toEqual(["rebind.test"]);
    expect(guard.connected).toEqual(["127.0.0.1"]);
    expect(seen.at(-1)).toMatchObject({ path: "/a", host: `rebind.test:${port}` });
  });

  test("with one forbidden address among good ones is refused, before any connection", async () => {
    const guard = stub({ "mixed.test": [["127.0.0.1", metadata]] });
    const refused = guardedFetch(guard, `http://mixed.test:${port}/`, request());
    expect(await refused.catch(codeOf)).toBe("egress_refused");
    expect(guard.connected).toEqual([]);
  });

  test("is tried at its next address when nothing listens at the first", async () => {
    const guard: EgressGuard = {
      ...stub({ "two.test": [["127.0.0.2", "127.0.0.1"]] }),
      policy: { allow: [], loopback: true },
    };
    expect((await guardedFetch(guard, `http://two.test:${port}/`, request())).status).toBe(200);
  });

  test("that is refused is named, its address is not", async () => {
    const guard = stub({ "inner.test": [["10.1.2.3"]] });
    const error = await guardedFetch(guard, "http://inner.test/", request()).catch((e: PenstockError) => e);
    expect(String(error)).toContain("`inner.test`");
    expect(JSON.stringify(error) + String(error)).not.toContain("10.1.2.3");
  });

  test("whose resolver hangs is waited for no longer than the caller waits", async () => {
    const guard: EgressGuard = { ...stub({}), resolve: () => new Promise(() => {}) };
    const waiting = guardedFetch(guard, "http://slow.test/", {
      headers: {},
      signal: AbortSignal.timeout(20),
    });
    expect(await waiting.catch((error: Error) => error.name)).toBe("TimeoutError");
  });
});

test.each([
  "http://0x7f000002/",
  "http://0177.0.0.2/",
  "http://2130706434/",
  "http://[::ffff:10.0.0.1]/",
  "http://[64:ff9b::a9fe:a9fe]/",
  `http://${metadata}/latest/meta-data`,
  "http://[fe80::1]/",
  "file:///etc/passwd",
  "ftp://127.0.0.1/",
])("%s is refused without asking anybody", async (url) => {
  const guard = stub({});
  expect(await guardedFetch(guard, url, request()).catch(codeOf)).toBe("egress_refused");
  expect([...guard.asked, ...guard.connected]).toEqual([]);
});

describe("a redirect", () => {
  const names = { "start.test": [["127.0.0.1"]], "next.test": [["127.0.0.1"]], "inner.test": [[metadata]] };
  const via = (to: string) => `http://start.test:${port}/?to=${encodeURIComponent(to)}`;

  test("is handed back unless it was asked for", async () => {
    const response = await guardedFetch(stub(names), via("/b"), request());
    expect([response.status, response.headers.get("location")]).toEqual([302, "/b"]);
  });

  test("is followed to an allowed host, which is not told the credential", async () => {
    const guard = stub(names);
    const to = `http://next.test:${port}/b`;
    const response = await guardedFetch(guard, via(to), { ...request(), redirects: 1 });
    expect(await response.text()).toBe("here");
    expect(guard.asked).toEqual(["start.test", "next.test"]);
    expect(seen.at(-2)?.authorization).toBe("Bearer x");
    expect(seen.at(-1)).toMatchObject({ path: "/b", host: `next.test:${port}`, authorization: null });
  });

  test.each([`http://${metadata}/`, "http://inner.test/", "http://0xa9fea9fe/", "file:///etc/passwd"])(
    "to %s is blocked (C086)",
    async (to) => {
      const guard = stub(names);
      const refused = guardedFetch(guard, via(to), { ...request(), redirects: 3 });
      expect(await refused.catch(codeOf)).toBe("egress_refused");
      expect(guard.connected).toEqual(["127.0.0.1"]);
    },
  );

  test("to a name that moved since the hop before is checked anew", async () => {
    const guard = stub({ "start.test": [["127.0.0.1"], [metadata]] });
    const refused = guardedFetch(guard, via("/again"), { ...request(), redirects: 3 });
    expect(await refused.catch(codeOf)).toBe("egress_refused");
  });

  test("of a POST is never followed", async () => {
    const post = { ...request(), method: "POST", body: "{}", redirects: 3 } as const;
    expect((await guardedFetch(stub(names), via("/b"), post)).status).toBe(302);
    expect(seen.at(-1)?.method).toBe("POST");
  });
});

describe("TLS", () => {
  test("is verified against the name, though the connection goes to an address", async () => {
    const { key, cert } = selfSigned;
    expect(new X509Certificate(cert).checkHost("good.test")).toBe("good.test");
    const tls = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: { key, cert },
      fetch: (incoming) => new Response(incoming.headers.get("host")),
    });
    const guard = stub({ "good.test": [["127.0.0.1"]], "bad.test": [["127.0.0.1"]] }, cert);
    try {
      const good = () => guardedFetch(guard, `https://good.test:${tls.port}/`, request());
      expect(await (await good()).text()).toBe(`good.test:${tls.port}`);
      // The open connection to the same address must not be lent to another name.
      const bad = guardedFetch(guard, `https://bad.test:${tls.port}/`, request());
      expect(await bad.catch((error: { code?: string }) => error.code)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
      expect((await good()).status).toBe(200);
    } finally {
      tls.stop(true);
    }
  });
});
