import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Driver, DriverContext, DriverFetch } from "../src/drivers/driver.ts";
import { PenstockError } from "../src/errors/penstock-error.ts";
import { Secret } from "../src/secrets/secret.ts";
import { type ProtocolId, protocolIds } from "../src/wire/neutral/protocol-id.ts";
import type { MockVendor } from "./mocks/shared/mock-server.ts";

/** What the suite must know of a driver to test it. */
export interface DriverSuiteOptions {
  readonly driver: Driver;
  /** Starts the vendor's mock. */
  readonly start: () => MockVendor;
  /** A credential with this key; the key of the mock, or a wrong one. */
  credential(key: string): Readonly<Record<string, string>>;
  /** Base URLs an admin may write for a server at `origin`; all must work alike. */
  baseUrls(origin: string): readonly string[];
  /** Where calls go for a server at `origin`, by protocol where they differ; undefined: the vendor counts no tokens. */
  readonly paths: {
    readonly generate:
      | string
      | Readonly<Partial<Record<ProtocolId, string>>>
      | ((call: PathCall & { readonly protocol: ProtocolId }) => string);
    readonly countTokens:
      | string
      | ((call: PathCall & { readonly protocol: ProtocolId }) => string | undefined)
      | undefined;
  };
  /** A model the mock lists. */
  readonly knownModel: string;
  /** What the vendor answers to a model list when the credential is good, as JSON, for the suite's own faults. */
  readonly emptyList: unknown;
  /** A list of these entries, each of which has its model id in `id`; `{data: entries}` unless told. */
  readonly listOf?: (entries: readonly unknown[]) => unknown;
}

/** What a path may name. */
interface PathCall {
  readonly model: string;
  readonly stream: boolean;
}

/** Follows no redirect, as the transport of the product does. */
export const plainFetch: DriverFetch = (url, init) => fetch(url, { ...init, redirect: "manual" });

const signal = () => new AbortController().signal;

/** Behaviour every driver of a vendor owes: run it from the driver's own test file. */
export function testDriver(options: DriverSuiteOptions): void {
  const { driver } = options;
  let mock: MockVendor;
  beforeAll(() => {
    mock = options.start();
  });
  afterAll(() => mock.close());

  const contextOf = (baseUrl: string, key = mock.apiKey): DriverContext => ({
    baseUrl,
    credential: secrets(options.credential(key)),
    options: {},
  });
  const good = () => contextOf(options.baseUrls(mock.url)[0] ?? mock.url);

  describe(`${driver.id}: the declaration`, () => {
    test("names its id, forms and defaults so that a form can be built", () => {
      expect(driver.id).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      const fields = [...driver.credentialForm, ...driver.optionForm];
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      for (const field of fields) {
        expect(field.name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(field.type === "select").toBe(field.values !== undefined);
      }
      for (const field of driver.credentialForm) expect(field.type).toBe("secret");
      expect(driver.protocols.length).toBeGreaterThan(0);
    });

    test("says what is missing, without a network call", () => {
      expect(driver.misconfigured(good())).toBeUndefined();
      for (const { name } of driver.credentialForm.filter(({ required }) => required)) {
        const lacking = { path: `/credentials/${name}` as const, message: expect.stringContaining(name) };
        expect(driver.misconfigured({ ...good(), credential: {} })).toEqual(lacking);
        expect(driver.misconfigured({ ...good(), credential: { [name]: new Secret("") } })).toEqual(lacking);
      }
      for (const { name } of driver.credentialForm) {
        const reason = driver.misconfigured({
          ...good(),
          credential: { [name]: new Secret("canary key\n") },
        });
        expect(reason).toEqual({ path: `/credentials/${name}`, message: expect.stringContaining(name) });
        expect(reason?.message).not.toContain("canary");
      }
      for (const baseUrl of [
        "",
        "not a url",
        "ftp://host",
        "https://user:password@host",
        "https://host/#part",
      ]) {
        const found = driver.misconfigured({ ...good(), baseUrl });
        expect(found).toEqual({ path: "/base_url", message: expect.stringContaining("base URL") });
      }
    });

    test("refuses a protocol it does not speak", () => {
      const foreign = protocolIds.filter((id) => !driver.protocols.includes(id));
      for (const protocol of foreign) expect(() => driver.prepare(good(), protocol)).toThrow(PenstockError);
    });
  });

  describe(`${driver.id}: URLs and headers`, () => {
    test("every way to write the base URL leads to the same place", () => {
      for (const baseUrl of options.baseUrls("https://vendor.example")) {
        for (const protocol of driver.protocols) {
          const upstream = driver.prepare(contextOf(baseUrl), protocol);
          const call = { model: options.knownModel, stream: false };
          expect(upstream.url({ ...call, operation: "generate" })).toBe(
            `https://vendor.example${generatePath(options, { ...call, protocol })}`,
          );
          const { countTokens } = options.paths;
          const counted =
            typeof countTokens === "function" ? countTokens({ ...call, protocol }) : countTokens;
          expect(upstream.url({ ...call, operation: "count_tokens" })).toBe(
            counted === undefined ? undefined : `https://vendor.example${counted}`,
          );
        }
      }
    });

    test("a path in front of the API is kept", () => {
      const baseUrl = options.baseUrls("https://vendor.example/team/a").at(-1) ?? "";
      const [protocol = "openai-chat"] = driver.protocols;
      const call = { model: "m", stream: true, operation: "generate" } as const;
      expect(driver.prepare(contextOf(baseUrl), protocol).url(call)).toBe(
        `https://vendor.example/team/a${generatePath(options, { ...call, protocol })}`,
      );
    });

    test("header names are in lower case and the key is in one place", () => {
      for (const protocol of driver.protocols) {
        const { headers, forwardedHeaders, url } = driver.prepare(
          contextOf(mock.url, "canary-key"),
          protocol,
        );
        for (const name of [...Object.keys(headers), ...forwardedHeaders])
          expect(name).toBe(name.toLowerCase());
        const carriers = [
          ...Object.values(headers),
          url({ model: "m", stream: false, operation: "generate" }) ?? "",
        ];
        expect(carriers.filter((value) => value.includes("canary-key"))).toHaveLength(1);
        const secret = ["authorization", "x-api-key", "api-key", "cookie", "x-goog-api-key"];
        expect(forwardedHeaders.filter((name) => secret.includes(name))).toEqual([]);
      }
    });
  });

  describe(`${driver.id}: probe`, () => {
    test("a good credential is valid, however the base URL is written", async () => {
      for (const baseUrl of options.baseUrls(mock.url)) {
        expect((await driver.probe(contextOf(baseUrl), plainFetch, signal())).status).toBe("valid");
      }
    });

    test("a wrong credential is rejected, and the reason holds nothing of it", async () => {
      const result = await driver.probe(contextOf(good().baseUrl, "canary-wrong"), plainFetch, signal());
      expect(result.status).toBe("rejected");
      expect(JSON.stringify(result)).not.toContain("canary");
    });

    test.each<[string, DriverFetch, string]>([
      ["nobody listens", () => Promise.reject(new TypeError("connect to canary failed")), "unreachable"],
      ["the vendor fails", () => answer(503, "canary"), "unreachable"],
      ["an HTML page with status 200", () => answer(200, "<html>canary</html>"), "unreachable"],
      ["JSON that is no list", () => answer(200, '{"canary":1}'), "unreachable"],
      ["a list of nothing", () => answer(200, JSON.stringify(options.emptyList)), "valid"],
      ["a rate limit", () => answer(429, "canary"), "unreachable"],
      ["no such path", () => answer(404, "canary"), "unsupported"],
      ["a key that may not list", () => answer(403, "canary"), "unsupported"],
      ["a redirect", () => answer(302, "", { location: "https://canary.example" }), "unreachable"],
    ])("%s", async (_, fetch, status) => {
      const result = await driver.probe(good(), fetch, signal());
      expect(result.status).toBe(status as typeof result.status);
      expect(JSON.stringify(result)).not.toContain("canary");
    });

    test("what the egress policy says is passed on", async () => {
      const refusal = new PenstockError("invalid_request", {
        fields: { reason: "private addresses are refused" },
      });
      const result = await driver.probe(good(), () => Promise.reject(refusal), signal());
      expect(result).toEqual({ status: "unreachable", reason: "private addresses are refused" });
    });

    test("a caller that gives up does not wait", async () => {
      const abort = new AbortController();
      const never: DriverFetch = (_, init) =>
        new Promise((_resolve, reject) =>
          init.signal.addEventListener("abort", () => reject(new Error("aborted"))),
        );
      const probing = driver.probe(good(), never, abort.signal);
      abort.abort();
      expect((await probing).status).toBe("unreachable");
    });
  });

  describe(`${driver.id}: discovery`, () => {
    test("finds the models of the account, each once", async () => {
      const models = await driver.discover(good(), plainFetch, signal());
      const ids = models.map(({ id }) => id);
      expect(ids).toContain(options.knownModel);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test.each<[string, DriverFetch, string]>([
      ["a wrong credential", () => answer(401, "canary"), "upstream_credential_rejected"],
      ["a rate limit", () => answer(429, "canary", { "retry-after": "3" }), "upstream_rate_limited"],
      ["a failing vendor", () => answer(500, "canary"), "upstream_error"],
      ["no list", () => answer(404, "canary"), "upstream_error"],
      ["a body of another kind", () => answer(200, "<canary>"), "upstream_malformed"],
      ["nobody there", () => Promise.reject(new TypeError("canary")), "upstream_unreachable"],
    ])("%s is an error of ours that holds nothing of the vendor's", async (_, fetch, code) => {
      const error: unknown = await driver
        .discover(good(), fetch, signal())
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PenstockError);
      if (!(error instanceof PenstockError)) return;
      expect(error.code).toBe(code as typeof error.code);
      expect(`${error.message} ${JSON.stringify(error.fields)}`).not.toContain("canary");
      if (code === "upstream_rate_limited") expect(error.retryAfterMs).toBe(3000);
    });

    test("odd entries of a list are left out, not fatal", async () => {
      const odd = [null, 7, "x", {}, { id: "" }, { id: 5 }, { id: "good-model", max_tokens: "many" }];
      const models = await driver.discover(
        good(),
        () => answer(200, JSON.stringify(options.listOf?.(odd) ?? { data: odd })),
        signal(),
      );
      expect(models.map(({ id }) => id)).toEqual(["good-model"]);
    });
  });

  describe(`${driver.id}: the credential stays with the vendor`, () => {
    test("every call of probe and discovery goes to the configured origin, even if an answer names another", async () => {
      const origins = new Set<string>();
      const lure = {
        data: [{ id: "lure" }],
        has_more: true,
        last_id: "https://thief.example/v1/models",
        next: "https://thief.example",
        next_page: "//thief.example/",
        links: { next: "https://thief.example" },
      };
      const spy: DriverFetch = (url) => {
        origins.add(new URL(url).origin);
        return answer(200, JSON.stringify(lure), { link: '<https://thief.example>; rel="next"' });
      };
      await driver.probe(good(), spy, signal());
      await driver.discover(good(), spy, signal()).catch(() => undefined);
      expect([...origins]).toEqual([new URL(good().baseUrl).origin]);
    });

    test("a redirect is not followed with the credential", async () => {
      await using thief = options.start();
      const redirecting: DriverFetch = async (url, init) => {
        const { pathname } = new URL(url);
        await using away = Bun.serve({
          port: 0,
          fetch: () => Response.redirect(`${thief.url}${pathname}`, 307),
        });
        return await plainFetch(`http://127.0.0.1:${away.port}${pathname}`, init);
      };
      expect((await driver.probe(good(), redirecting, signal())).status).toBe("unreachable");
      expect(thief.requests).toHaveLength(0);
    });
  });
}

function generatePath(
  { paths }: DriverSuiteOptions,
  call: PathCall & { readonly protocol: ProtocolId },
): string {
  const { protocol } = call;
  if (typeof paths.generate === "function") return paths.generate(call);
  return typeof paths.generate === "string" ? paths.generate : (paths.generate[protocol] ?? "");
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(new Response(body, { status, headers }));
}

function secrets(values: Readonly<Record<string, string>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
}
