import { afterEach, expect, test } from "bun:test";
import { startRedis, type TestRedis, type TestRedisOptions } from "../../../testkit/redis.ts";
import { selfSigned } from "../../../testkit/tls/self-signed.ts";
import { RedisLink } from "./redis-link.ts";
import type { Script } from "./scripts.ts";

let redis: TestRedis | undefined;
let link: RedisLink | undefined;
const gone: string[] = [];
afterEach(async () => {
  link?.close();
  await redis?.close();
  gone.length = 0;
});

async function connect(
  options: TestRedisOptions & { readonly url?: (url: string) => string; readonly trusts?: Bun.TLSOptions },
): Promise<RedisLink> {
  redis = await startRedis(options);
  link = new RedisLink({
    url: options.url?.(redis.url) ?? redis.url,
    timeoutMs: 1_000,
    pauses: { firstMs: 60_000, longestMs: 60_000 },
    tls: options.trusts,
    onBack: async () => true,
    onGone: (why) => gone.push(why),
  });
  await link.start();
  return link;
}

const answer = (text: string): Script => ({ text, sha: "0".repeat(40) });

test("a script that Redis does not know is sent with its text", async () => {
  const up = await connect({});
  expect(await up.run(answer("return {1, ARGV[1]}"), [], ["2"])).toEqual({ ok: true, value: [1, "2"] });
});

test("the URL's password opens it; a wrong one does not, and is not asked again at once", async () => {
  expect((await connect({ password: "s3cret" })).up).toBe(true);
  link?.close();
  await redis?.close();
  expect((await connect({ password: "s3cret", url: (url) => url.replace("s3cret", "other") })).up).toBe(
    false,
  );
}, 20_000);

test("over TLS a server is asked that has a certificate we trust, and no other", async () => {
  const trusts = { ca: selfSigned.cert, serverName: "good.test" };
  const up = await connect({ tls: selfSigned, trusts });
  expect(await up.run(answer("return 1"), [], [])).toEqual({ ok: true, value: 1 });
  up.close();
  await redis?.close();
  expect((await connect({ tls: selfSigned })).up).toBe(false);
}, 20_000);

test("three errors in a row open the circuit; what is told of them is their first word", async () => {
  const up = await connect({});
  const broken = answer("return redis.error_reply('READONLY password=hunter2')");
  for (let n = 0; n < 2; n++) expect(await up.run(broken, [], [])).toEqual({ ok: false });
  expect(await up.run(answer("return 1"), [], [])).toEqual({ ok: true, value: 1 });
  for (let n = 0; n < 3; n++) await up.run(broken, [], []);
  expect(up.up).toBe(false);
  expect(gone).toEqual(["READONLY"]);
});
