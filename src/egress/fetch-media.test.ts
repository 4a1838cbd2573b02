import { afterAll, beforeAll, expect, test } from "bun:test";
import type { PenstockError } from "../errors/penstock-error.ts";
import { type EgressGuard, systemGuard } from "./egress-guard.ts";
import { fetchMedia } from "./fetch-media.ts";

const guard = systemGuard({ allow: [], loopback: true });
const png = Buffer.from("89504e470d0a1a0a0000", "hex");

let server: ReturnType<typeof Bun.serve>;
let base: string;
let userAgent: string | null;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      userAgent = request.headers.get("user-agent");
      const { pathname } = new URL(request.url);
      const hop = /^\/hop\/(\d+)$/.exec(pathname)?.[1];
      if (hop !== undefined && hop !== "0") {
        return new Response(null, { status: 307, headers: { location: `/hop/${Number(hop) - 1}` } });
      }
      if (pathname === "/missing") return new Response("secret words of a stranger", { status: 404 });
      if (pathname === "/bomb") {
        const zipped = Bun.gzipSync(new Uint8Array(4 * 1024 * 1024));
        return new Response(zipped, { headers: { "content-encoding": "gzip" } });
      }
      return new Response(png, { headers: { "content-type": "IMAGE/PNG; charset=x" } });
    },
  });
  base = `http://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop(true));

const options = (take: (bytes: number) => void = () => {}) => ({
  signal: AbortSignal.timeout(5_000),
  take,
  admit: () => {},
});
const failure = (url: string, with_ = guard): Promise<PenstockError> =>
  fetchMedia(with_, url, options()).then(
    () => Promise.reject(new Error("it was fetched")),
    (error: PenstockError) => error,
  );

test("hands over the bytes and what they were declared as", async () => {
  const media = await fetchMedia(guard, `${base}/a.png`, options());
  expect([Buffer.from(media.bytes), media.mediaType]).toEqual([png, "image/png"]);
  expect(userAgent).toBe("penstock");
});

test("follows three redirects and not a fourth", async () => {
  expect((await fetchMedia(guard, `${base}/hop/3`, options())).mediaType).toBe("image/png");
  expect((await failure(`${base}/hop/4`)).message).toContain("redirects too often");
});

test("asks no host that is not admitted, on whatever hop", async () => {
  const hosts: string[] = [];
  const admit = (host: string) => {
    hosts.push(host);
    if (hosts.length > 2) throw new RangeError("no further");
  };
  await expect(fetchMedia(guard, `${base}/hop/3`, { ...options(), admit })).rejects.toThrow();
  expect(hosts).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
});

test("says the status, and nothing of what the server wrote", async () => {
  const error = await failure(`${base}/missing`);
  expect(error.code).toBe("media_unavailable");
  expect(error.message).toContain("404");
  expect(error.message).not.toContain("stranger");
});

test("does not say which host or address was refused or silent", async () => {
  const inner: EgressGuard = { ...guard, resolve: async () => ["10.9.8.7"] };
  const refused = await failure("http://files.inner.test/a.png", inner);
  expect(refused.code).toBe("egress_refused");
  expect(refused.message).not.toMatch(/10\.9|inner/);
  const silent = await failure("http://127.0.0.1:1/");
  expect([silent.code, silent.message.includes("127.0.0.1")]).toEqual(["media_unavailable", false]);
});

test("counts bytes as they are after decompression, and stops when it is told to", async () => {
  let taken = 0;
  const take = (bytes: number) => {
    taken += bytes;
    if (taken > 100_000) throw new TypeError("enough");
  };
  await expect(fetchMedia(guard, `${base}/bomb`, options(take))).rejects.toThrow();
  expect(taken).toBeLessThan(4 * 1024 * 1024);
});
