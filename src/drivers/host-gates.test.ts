import { describe, expect, test } from "bun:test";
import { everyVendor } from "../../testkit/mocks/every-vendor.ts";
import { Secret } from "../secrets/secret.ts";
import { drivers } from "./_registry.gen.ts";
import type { Driver, DriverContext, DriverFetch, FormField, ProviderOptions } from "./driver.ts";

// A credential goes to the host it was given for, and to no other: not where an answer, a redirect or an option would
// have it.

const canary = "canary0123456789";
/** Values that would leave a path, a host or a header if they were put into a URL as they are. */
const hostile = [
  "../../../thief.example",
  "x@thief.example",
  "thief.example/#",
  "a.thief.example:443/?",
  "\\\\thief.example",
];
const operations = ["generate", "count_tokens", "embed", "embed_batch"] as const;

interface Sent {
  readonly host: string;
  readonly text: string;
}

/** What a driver sends for these settings; undefined when it says that they are wrong. */
async function sentBy(driver: Driver, context: DriverContext): Promise<readonly Sent[] | undefined> {
  if (driver.misconfigured(context) !== undefined) return undefined;
  const sent: Sent[] = [];
  const lure = {
    access_token: `${canary}-token`,
    token_type: "Bearer",
    expires_in: 3600,
    has_more: true,
    last_id: "https://thief.example/",
    nextPageToken: "https://thief.example/",
    nextToken: "//thief.example/",
    data: [{ id: "https://thief.example/m" }],
    models: [{ name: "https://thief.example/m" }],
    modelSummaries: [{ modelId: "https://thief.example/m" }],
    inferenceProfileSummaries: [],
    result: [],
  };
  const fetch: DriverFetch = async (url, { headers, body }) => {
    sent.push({ host: new URL(url).hostname, text: JSON.stringify([url, headers, body]) });
    return Response.json(lure, { headers: { link: '<https://thief.example/>; rel="next"' } });
  };
  const signal = new AbortController().signal;
  await driver.probe(context, fetch, signal);
  await driver.discover(context, fetch, signal).catch(() => undefined);
  for (const protocol of driver.protocols) {
    const upstream = driver.prepare(context, protocol);
    for (const operation of operations) {
      for (const model of [
        "model",
        "https://thief.example/m",
        "../../../../thief.example",
        "x@thief.example",
      ]) {
        const url = upstream.url({ operation, model, stream: true });
        if (url === undefined) continue;
        const call = { method: "POST", url, headers: upstream.headers, body: "{}" } as const;
        const signed = await upstream.authorize?.(call, fetch);
        sent.push({ host: new URL(url).hostname, text: JSON.stringify([url, upstream.headers, signed]) });
      }
    }
  }
  return sent;
}

function contextFor(driver: Driver, names: readonly string[], options: ProviderOptions): DriverContext {
  return {
    baseUrl: driver.defaultBaseUrl ?? "https://vendor.example",
    credential: Object.fromEntries(names.map((name) => [name, new Secret(`${canary}-${name}`)])),
    options,
  };
}

/** The options an admin writes as a text that is no URL, each with every hostile value. */
function hostileOptions(form: readonly FormField[]): readonly ProviderOptions[] {
  return form
    .filter(({ type }) => type === "text" || type === "select")
    .flatMap(({ name }) => hostile.map((value) => ({ [name]: value })));
}

describe.each(
  [...drivers.values()]
    .filter(({ protocols }) => protocols.length > 0)
    .map((driver) => [driver.id, driver] as const),
)("%s", (id, driver) => {
  test.each((everyVendor[id] ?? []).map((account) => [account.title, account] as const))(
    "sends %s to its own host only, whatever an option or an answer says",
    async (_title, account) => {
      const names = Object.keys(account.credentials({ apiKey: "k", url: "" } as never));
      const plain = account.options ?? {};
      const base = contextFor(driver, names, plain);
      const allowed = new Set([new URL(base.baseUrl).hostname, ...(account.hosts ?? [])]);
      const regular = await sentBy(driver, base);
      expect(regular?.length).toBeGreaterThan(0);
      expect(regular?.some(({ text }) => text.includes(canary))).toBe(true);
      // What signs is not sent.
      expect(JSON.stringify(regular)).not.toContain(`${canary}-secret_access_key`);
      for (const options of [
        plain,
        ...hostileOptions(driver.optionForm).map((each) => ({ ...plain, ...each })),
      ]) {
        for (const { host } of (await sentBy(driver, { ...base, options })) ?? [])
          expect(allowed).toContain(host);
      }
    },
  );
});

test.each(["azure_openai", "mai"])(
  "%s sends a client's secret to Microsoft, and its token to the resource",
  async (id) => {
    const driver = drivers.get(id);
    if (driver === undefined) throw new Error("no such driver");
    const base = contextFor(driver, ["client_id", "client_secret"], {});
    const tenant = new Secret(crypto.randomUUID());
    const context = { ...base, credential: { ...base.credential, tenant_id: tenant } };
    const sent = (await sentBy(driver, context)) ?? [];
    const to = (host: string) => sent.filter((each) => each.host === host).map(({ text }) => text);
    expect(new Set(sent.map(({ host }) => host))).toEqual(
      new Set(["login.microsoftonline.com", "vendor.example"]),
    );
    expect(to("vendor.example").join()).toContain(`${canary}-token`);
    expect(to("vendor.example").join()).not.toContain("client_secret");
    expect(to("login.microsoftonline.com")).toHaveLength(1);
  },
);
