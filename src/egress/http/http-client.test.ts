import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createServer } from "node:tls";
import type { Socket, TCPSocketListener } from "bun";
import { selfSigned } from "../../../testkit/tls/self-signed.ts";
import type { PenstockError } from "../../errors/penstock-error.ts";
import { ConnectTimeout } from "./connect-timeout.ts";
import { HttpClient } from "./http-client.ts";

/** What a raw server does with each whole request it has read. */
type Script = (socket: Socket<Peer>, request: string, nth: number) => void;

interface Peer {
  read: string;
}

const opened = new Set<Socket<Peer>>();
let script: Script;
let requests: string[] = [];
let accepted = 0;
let closed = 0;
let raw: TCPSocketListener<Peer>;

beforeAll(() => {
  raw = Bun.listen<Peer>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { read: "" };
        accepted++;
        opened.add(socket);
      },
      data(socket, bytes) {
        const peer = socket.data;
        peer.read += bytes.toString("latin1");
        const end = peer.read.indexOf("\r\n\r\n");
        if (end === -1) return;
        const length = Number(/content-length: (\d+)/.exec(peer.read)?.[1] ?? 0);
        if (peer.read.length < end + 4 + length) return;
        const request = peer.read;
        peer.read = "";
        requests.push(request);
        script(socket, request, requests.length);
      },
      close(socket) {
        closed++;
        opened.delete(socket);
      },
    },
  });
});
afterAll(() => raw.stop(true));
afterEach(() => {
  for (const socket of opened) socket.terminate();
  requests = [];
  accepted = 0;
  closed = 0;
});

const target = () => `http://127.0.0.1:${raw.port}`;
const call = (client: HttpClient, more: Partial<Parameters<HttpClient["call"]>[0]> = {}) =>
  client.call({
    target: target(),
    serverName: undefined,
    method: "POST",
    path: "/v1/chat?x=1",
    host: "api.vendor.test",
    headers: { Authorization: "Bearer x" },
    body: "{}",
    signal: new AbortController().signal,
    ...more,
  });
const textOf = async (answer: Promise<{ bytes(): Promise<Uint8Array> }>) =>
  Buffer.from(await (await answer).bytes()).toString();
const failure = (work: Promise<unknown>): Promise<PenstockError> =>
  work.then(
    () => Promise.reject(new Error("it was answered")),
    (error: PenstockError) => error,
  );
const ok = (body: string, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
const until = async (met: () => boolean) => {
  for (let i = 0; i < 200 && !met(); i++) await Bun.sleep(5);
  expect(met()).toBe(true);
};

describe("a request", () => {
  test("says its host, its length and its headers, once each", async () => {
    script = (socket) => socket.write(ok("hi"));
    expect(await textOf(call(new HttpClient(), { body: "{é}" }))).toBe("hi");
    expect(requests[0]).toBe(
      "POST /v1/chat?x=1 HTTP/1.1\r\nhost: api.vendor.test\r\nauthorization: Bearer x\r\naccept: */*\r\n" +
        `accept-encoding: identity\r\nuser-agent: penstock\r\ncontent-length: 4\r\n\r\n${Buffer.from("{é}").toString("latin1")}`,
    );
  });

  test("of many megabytes arrives whole at a server that reads slowly", async () => {
    const body = Buffer.alloc(6 * 1024 * 1024, "abcdefg");
    let received = 0;
    const slow = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        await Bun.sleep(50);
        const bytes = await request.bytes();
        received = bytes.length;
        return new Response(String(Bun.hash(bytes)));
      },
    });
    const answer = call(new HttpClient(), { target: `http://127.0.0.1:${slow.port}`, body });
    expect(await textOf(answer)).toBe(String(Bun.hash(body)));
    expect(received).toBe(body.length);
    slow.stop(true);
  });

  test.each([
    ["/a b/é?q='", "/a%20b/%C3%A9?q=%27"],
    ["/v1/../admin", "/admin"],
    ["/v1/%2e%2e/admin", "/admin"],
    ["/v1#part", "/v1"],
    ["/v1\r\nx-injected: 1", "/v1x-injected:%201"],
  ])("for %j is sent for %s", async (path, sent) => {
    script = (socket) => socket.write(ok(""));
    await call(new HttpClient(), { path });
    expect(requests[0]?.split(" HTTP/1.1\r\n", 1)[0]).toBe(`POST ${sent}`);
  });

  test.each([
    { "x-a": "b\r\nx-injected: 1" },
    { "x-a": "\u2028" },
    { "x-a: b\r\nx": "1" },
    { "": "1" },
  ] as Record<string, string>[])("with the header %j is not sent", async (headers) => {
    const error = await failure(call(new HttpClient(), { headers }));
    expect([error.code, accepted]).toEqual(["provider_misconfigured", 0]);
  });

  test("cannot be made to speak of the connection or of another length", async () => {
    script = (socket) => socket.write(ok(""));
    const headers = {
      "Transfer-Encoding": "chunked",
      "content-length": "9",
      HOST: "other",
      connection: "close",
    };
    await call(new HttpClient(), { headers });
    expect(requests[0]).not.toMatch(/chunked|length: 9|other|close/);
  });
});

describe("connections", () => {
  test("are used again, one for calls one after the other and several for calls at a time", async () => {
    script = (socket) => socket.write(ok("hi"));
    const client = new HttpClient();
    for (let i = 0; i < 5; i++) expect(await textOf(call(client))).toBe("hi");
    expect(accepted).toBe(1);
    await Promise.all(Array.from({ length: 4 }, () => textOf(call(client))));
    expect(accepted).toBe(4);
  });

  test.each([
    ["it says close", ok("hi", "connection: close\r\n")],
    ["it speaks HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi"],
    ["it keeps idle ones for a second", ok("hi", "keep-alive: timeout=1\r\n")],
    ["it sends more than it said", `${ok("hi", "")}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
  ])("are not used again when %s", async (_, answer) => {
    script = (socket) => socket.write(answer);
    const client = new HttpClient();
    expect(await textOf(call(client))).toBe("hi");
    expect(await textOf(call(client))).toBe("hi");
    expect(accepted).toBe(2);
    await until(() => closed === 2);
  });

  test("on which something comes unasked are closed", async () => {
    script = (socket) => socket.write(ok("hi"));
    const client = new HttpClient();
    await textOf(call(client));
    for (const socket of opened) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
    await until(() => client.connections === 0);
    expect(await textOf(call(client))).toBe("hi");
  });

  test("that close at the moment they are used again are replaced, once", async () => {
    script = (socket, _, nth) => (nth === 2 ? socket.terminate() : socket.write(ok(String(nth))));
    const client = new HttpClient();
    expect(await textOf(call(client))).toBe("1");
    expect(await textOf(call(client))).toBe("3");
    script = (socket) => socket.terminate();
    expect((await failure(call(client))).code).toBe("upstream_unreachable");
    expect(requests.length).toBe(5);
  });

  test("that close on their first request, or after a byte, are not: it may have been carried out", async () => {
    script = (socket) => socket.terminate();
    const client = new HttpClient();
    expect((await failure(call(client))).code).toBe("upstream_unreachable");
    expect(requests.length).toBe(1);
    script = (socket, _, nth) => (nth === 2 ? socket.write(ok("hi")) : socket.end("HTTP/1.1 2"));
    expect(await textOf(call(client))).toBe("hi");
    expect((await failure(call(client))).code).toBe("upstream_unreachable");
    expect(requests.length).toBe(3);
  });

  test("that cannot be made say why", async () => {
    expect((await failure(call(new HttpClient(), { target: "http://127.0.0.1:1" }))).code as string).toBe(
      "ECONNREFUSED",
    );
  });
});

describe("an answer", () => {
  test("without a length ends with the connection", async () => {
    script = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nall of it");
    expect(await textOf(call(new HttpClient()))).toBe("all of it");
  });

  test.each([
    ["a length", ok("only this").slice(0, -1)],
    ["chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"],
  ])("with %s that is cut short fails after what came", async (_, answer) => {
    script = (socket) => socket.end(answer);
    const reader = (await call(new HttpClient())).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    expect((await failure(reader?.read() ?? Promise.resolve())).code).toBe("upstream_unreachable");
  });

  test("announced by others (100, 103) is the one that is told", async () => {
    script = (socket) =>
      socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n${ok("hi")}`);
    expect(await textOf(call(new HttpClient()))).toBe("hi");
  });

  test("that redirects is handed back as it is", async () => {
    script = (socket) => socket.write("HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n");
    const answer = await call(new HttpClient());
    expect([answer.ok, answer.status, answer.headers.get("location")]).toEqual([false, 302, "/x"]);
  });

  test.each(["gzip", "deflate", "br", "zstd"])(
    "that comes in %s all the same is unpacked",
    async (encoding) => {
      const text = "said again and again. ".repeat(500);
      const packed = {
        gzip: () => Bun.gzipSync(Buffer.from(text)),
        deflate: () => require("node:zlib").deflateSync(text),
        br: () => require("node:zlib").brotliCompressSync(text),
        zstd: () => Bun.zstdCompressSync(text),
      }[encoding]?.();
      script = (socket) => {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${packed.length}\r\n\r\n`,
        );
        socket.write(packed);
      };
      expect(await textOf(call(new HttpClient()))).toBe(text);
    },
  );

  test("whose packing is broken, or unknown, is malformed", async () => {
    script = (socket) => socket.write(ok("not packed", "content-encoding: gzip\r\n"));
    expect((await failure(textOf(call(new HttpClient())))).code).toBe("upstream_malformed");
    script = (socket) => socket.write(ok("?", "content-encoding: rot13\r\n"));
    expect((await failure(textOf(call(new HttpClient())))).code).toBe("upstream_malformed");
  });

  test("is kept unchanged while more is received", async () => {
    const pieces = Array.from({ length: 200 }, (_, i) => String(i).padStart(8, "0").repeat(200));
    script = async (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      for (const piece of pieces) {
        socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
        await Bun.sleep(0);
      }
      socket.write("0\r\n\r\n");
    };
    const reader = (await call(new HttpClient())).body?.getReader();
    const kept: Uint8Array[] = [];
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read())
      kept.push(next.value);
    expect(Buffer.concat(kept).toString()).toBe(pieces.join(""));
  });

  test("that is read slowly is sent slowly: no more than a few hundred kilobytes wait", async () => {
    const piece = Buffer.alloc(64 * 1024, "x");
    const total = 64 * 1024 * 1024;
    let sent = 0;
    const fast = Bun.listen<undefined>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
          pump(socket);
        },
        drain: (socket) => pump(socket),
      },
    });
    function pump(socket: Socket<undefined>) {
      while (sent < total) {
        const written = socket.write(piece.subarray(0, Math.min(piece.length, total - sent)));
        sent += Math.max(0, written);
        if (written < piece.length) return;
      }
    }
    const answer = await call(new HttpClient(), { target: `http://127.0.0.1:${fast.port}` });
    await Bun.sleep(200);
    const whileUnread = sent;
    // Socket buffers of both ends hold a few megabytes on loopback.
    expect(whileUnread).toBeLessThan(total / 3);
    expect((await answer.bytes()).length).toBe(total);
    fast.stop(true);
  });
});

test("an answer larger than what may wait does not stop the ones behind it", async () => {
  const large = "x".repeat(400 * 1024);
  script = (socket) => {
    const answer = Buffer.from(ok(large));
    const written = socket.write(answer);
    if (written < answer.length) setTimeout(() => socket.write(answer.subarray(written)), 5);
  };
  const client = new HttpClient();
  for (let i = 0; i < 4; i++) {
    const answer = await call(client);
    // All of it is there before anybody reads.
    await Bun.sleep(20);
    expect((await answer.bytes()).length).toBe(large.length);
  }
});

describe("a call that is given up", () => {
  test("before it began is not made", async () => {
    const error = await failure(call(new HttpClient(), { signal: AbortSignal.abort() }));
    expect([error.name, accepted]).toEqual(["AbortError", 0]);
  });

  test("while it connects, waits or is read ends with the signal's reason, and the connection at once", async () => {
    const half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    for (const answer of [undefined, "", half]) {
      const abort = new AbortController();
      script = (socket) => socket.write(answer ?? "");
      const before = closed;
      const client = new HttpClient();
      const calling = call(client, { signal: abort.signal }).then((one) => one.bytes());
      const failed = failure(calling);
      if (answer !== undefined) {
        const sofar = requests.length;
        await until(() => requests.length > sofar - 1 && requests.length > 0);
        await Bun.sleep(10);
      }
      abort.abort(new TypeError("enough"));
      expect((await failed).message).toBe("enough");
      expect(client.connections).toBe(0);
      if (answer !== undefined) await until(() => closed > before);
      requests = [];
    }
  });

  test("by its reader closes the connection and ends the reading", async () => {
    script = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
    const client = new HttpClient();
    const answer = await call(client);
    const reader = answer.body?.getReader();
    await reader?.read();
    const waiting = reader?.read();
    await reader?.cancel();
    expect((await waiting)?.done).toBe(true);
    expect(client.connections).toBe(0);
    await until(() => closed === 1);
  });

  test("after its answer is whole leaves the connection alone", async () => {
    script = (socket) => socket.write(ok("hi"));
    const abort = new AbortController();
    const client = new HttpClient();
    const answer = await call(client, { signal: abort.signal });
    await answer.bytes();
    abort.abort();
    await answer.body?.cancel();
    expect(await textOf(call(client))).toBe("hi");
    expect(accepted).toBe(1);
  });
});

describe("TLS", () => {
  const { key, cert } = selfSigned;
  let server: ReturnType<typeof Bun.serve>;
  beforeAll(() => {
    server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: { key, cert },
      fetch: (request, self): Response =>
        new Response(`${self.requestIP(request)?.port} ${request.headers.get("host")}`),
    });
  });
  afterAll(() => server.stop(true));
  const secure = (client: HttpClient, serverName: string | undefined) =>
    call(client, {
      target: `https://127.0.0.1:${server.port}`,
      serverName,
    });

  test("is verified against the name, over one connection for one name", async () => {
    const client = new HttpClient({ ca: cert });
    const said = new Set<string>();
    for (let i = 0; i < 3; i++) said.add(await textOf(secure(client, "good.test")));
    expect(said.size).toBe(1);
    expect([...said][0]).toEndWith(" api.vendor.test");
  });

  test("asks for HTTP/1.1 and nothing newer", async () => {
    let offered: string | false | null = null;
    const both = createServer({ key, cert, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
      offered = socket.alpnProtocol;
      socket.end(ok("hi", "connection: close\r\n"));
    });
    await new Promise<void>((resolve) => both.listen(0, "127.0.0.1", resolve));
    const address = both.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const client = new HttpClient({ ca: cert });
    await textOf(call(client, { target: `https://127.0.0.1:${port}`, serverName: "good.test" }));
    expect(String(offered)).toBe("http/1.1");
    both.close();
  });

  test.each(["bad.test", undefined])(
    "is refused for %p, whom the certificate does not name",
    async (name) => {
      const client = new HttpClient({ ca: cert });
      await textOf(secure(client, "good.test"));
      expect((await failure(secure(client, name))).code).toBe("upstream_unreachable");
    },
  );

  test("is refused when nobody vouches for the certificate", async () => {
    const client = new HttpClient();
    expect((await failure(secure(client, "good.test"))).code).toBe("upstream_unreachable");
    expect(client.connections).toBe(0);
  });

  test("with a server that never shakes hands ends when a connection may take no longer, and says so", async () => {
    script = () => {};
    const client = new HttpClient({ ca: cert });
    const began = performance.now();
    const error = await failure(
      call(client, {
        target: `https://127.0.0.1:${raw.port}`,
        serverName: "good.test",
        connectMs: 100,
      }),
    );
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect([error.code, error.message]).toEqual([
      "upstream_unreachable",
      "The provider `` could not be reached: no connection within 0.1 s.",
    ]);
    expect(client.connections).toBe(0);
    await until(() => closed === 1);
  });

  test("that was made in time does not limit how long the answer may take", async () => {
    const client = new HttpClient({ ca: cert });
    script = (socket) =>
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), 250);
    expect(await textOf(call(client, { connectMs: 100 }))).toBe("ok");
  });

  test("with a server that never shakes hands ends when the caller has enough", async () => {
    script = () => {};
    const client = new HttpClient({ ca: cert });
    const abort = new AbortController();
    const calling = failure(
      call(client, {
        target: `https://127.0.0.1:${raw.port}`,
        serverName: "good.test",
        signal: abort.signal,
      }),
    );
    await until(() => accepted === 1);
    abort.abort();
    expect((await calling).name).toBe("AbortError");
    await until(() => closed === 1);
  });
});
