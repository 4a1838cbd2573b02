import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { operationIds } from "./operation-ids.ts";
import { tagDescriptions } from "./tag-descriptions.ts";

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
  readonly parameters?: readonly { name: string; in: string; schema?: { maxLength?: number } }[];
}

let api: TestApi;
let operations: { readonly name: string; readonly operation: Operation }[];

beforeAll(async () => {
  api = await startApi();
  const { paths } = (await api.call("GET", "/openapi.json")).body;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replace("/api/v1", "")}`,
      operation,
    })),
  );
});

afterAll(() => api.stop());

describe("every operation of the contract", () => {
  test("has a stable id, and no id is left over", () => {
    expect(operations.map(({ name }) => name).toSorted()).toEqual(Object.keys(operationIds).toSorted());
    expect(new Set(Object.values(operationIds)).size).toBe(Object.keys(operationIds).length);
    for (const { name, operation } of operations) {
      expect([name, operation.operationId]).toEqual([name, operationIds[name]]);
    }
  });

  test("has a summary and a group that is described", () => {
    for (const { name, operation } of operations) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z].{2,}[^.]$/)]);
      expect(Object.keys(tagDescriptions)).toContain(operation.tags?.[0] ?? "");
    }
  });

  test("says what it answers when it went well, and that errors are problem documents", () => {
    for (const { name, operation } of operations) {
      const { default: problem, ...good } = operation.responses;
      expect([name, problem?.content?.["application/problem+json"]?.schema]).toEqual([
        name,
        { $ref: "#/components/schemas/Problem" },
      ]);
      expect(Object.keys(good).length).toBeGreaterThan(0);
      for (const [status, answer] of Object.entries(good)) {
        const { content = {} } = answer;
        const isShown = (content["application/json"] ?? content["text/html"])?.schema !== undefined;
        expect([name, status, isShown]).toEqual([
          name,
          status,
          !["204", "302", "303", "304"].includes(status),
        ]);
      }
    }
  });
});

describe("the reference at /docs", () => {
  test("shows every operation, without script and without anything from elsewhere", async () => {
    const response = await api.app.request("/docs");
    const html = await response.text();
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/html"),
    ]);
    for (const id of Object.values(operationIds)) expect(html).toContain(`id="${id}"`);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/i);
    expect(html.match(/(?:src|href)="(?!#|\/api\/v1\/openapi\.json)[^"]*"/g)).toBeNull();
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toMatch(/undefined|\[object Object\]/);
  });
});
