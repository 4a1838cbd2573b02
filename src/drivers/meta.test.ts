import { expect, test } from "bun:test";
import { testDriver } from "../../testkit/driver-suite.ts";
import { startMetaMock } from "../../testkit/mocks/meta-server.ts";
import meta from "./meta.ts";

testDriver({
  driver: meta,
  start: startMetaMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => (new URL(origin).pathname === "/" ? [origin, `${origin}/v1`] : [`${origin}/v1`]),
  paths: {
    generate: { "openai-responses": "/v1/responses", "openai-chat": "/v1/chat/completions" },
    countTokens: undefined,
  },
  knownModel: "muse-spark-1.1",
  emptyList: { object: "list", data: [] },
});

test("tools go by the Responses API, where reasoning lasts over several turns", () => {
  const call = { surface: "openai-chat", model: "m", traits: meta.defaultTraits, options: {} } as const;
  expect(meta.prefer?.({ ...call, hasTools: true })).toBe("openai-responses");
  expect(meta.prefer?.({ ...call, hasTools: false })).toBeUndefined();
});
