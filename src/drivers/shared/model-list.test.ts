import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { DriverFetch } from "../driver.ts";
import { discoverByList, type ModelList, probeByList } from "./model-list.ts";

const list: ModelList = {
  driver: "some_driver",
  baseUrl: "https://vendor.example",
  headers: { authorization: "Bearer key" },
  pageUrl: (cursor = "0") => `https://vendor.example/models?after=${cursor}`,
  readPage: (body) => (body === "page" ? { models: [{ id: "a" }], next: "b" } : undefined),
};

const limits = { pages: 5, bytesPerPage: 100, milliseconds: 50 };
const signal = new AbortController().signal;

async function failure(overrides: Partial<ModelList>, fetch: DriverFetch): Promise<PenstockError> {
  const error: unknown = await discoverByList({ ...list, ...overrides }, { fetch, signal, limits }).catch(
    (e: unknown) => e,
  );
  if (!(error instanceof PenstockError)) throw new Error("discovery did not fail with an error of ours");
  return error;
}

const page: DriverFetch = () => Promise.resolve(Response.json("page"));

describe("a list of models", () => {
  test("that never ends is refused after as many pages as allowed", async () => {
    let asked = 0;
    const error = await failure({ readPage: () => ({ models: [], next: String(asked) }) }, () => {
      asked += 1;
      return page("", { headers: {}, signal });
    });
    expect([error.code, asked]).toEqual(["upstream_malformed", 5]);
  });

  test("that names the same page again is refused at once", async () => {
    let asked = 0;
    const error = await failure({}, (url, init) => {
      asked += 1;
      return page(url, init);
    });
    expect([error.code, asked]).toEqual(["upstream_malformed", 2]);
  });

  test("with a page that is too long is refused, and not read to its end", async () => {
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 40;
          controller.enqueue(new Uint8Array(40).fill(97));
        },
      });
    const error = await failure({}, () => Promise.resolve(new Response(endless())));
    expect(error.code).toBe("upstream_malformed");
    expect(sent).toBeLessThan(400);
  });

  test.each<[string, DriverFetch]>([
    [
      "before it answers",
      (_, init) => new Promise((__, reject) => init.signal.addEventListener("abort", reject)),
    ],
    [
      "in the middle of a page",
      (_, init) => {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) =>
            init.signal.addEventListener("abort", () => controller.error(new Error("aborted"))),
        });
        return Promise.resolve(new Response(body));
      },
    ],
  ])("of a vendor that falls silent %s is given up", async (_, fetch) => {
    const error = await failure({}, fetch);
    expect([error.code, error.fields.seconds]).toEqual(["upstream_timeout", 0.05]);
    expect(await probeByList(list, { fetch, signal, limits })).toEqual({
      status: "unreachable",
      reason: "the endpoint did not answer within 0.05 s",
    });
  });

  test("on another origin is never asked for", async () => {
    const asked: string[] = [];
    const fetch: DriverFetch = (url, init) => {
      asked.push(url);
      return page(url, init);
    };
    const error = await failure({ pageUrl: () => "https://thief.example/models" }, fetch);
    expect([error.code, asked]).toEqual(["upstream_error", []]);
  });

  test("may hold an id twice", async () => {
    const models = await discoverByList(
      {
        ...list,
        readPage: () => ({ models: [{ id: "a" }, { id: "a", displayName: "A" }], next: undefined }),
      },
      { fetch: page, signal },
    );
    expect(models).toEqual([{ id: "a", displayName: "A" }]);
  });
});
