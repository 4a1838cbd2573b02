import { expect, test } from "bun:test";
import { chatPassthrough, messagesToChat } from "../plan/lane.ts";
import { type BodySize, bodySizes, jsonShape, modelId, streamShape } from "../plan/shape.ts";
import { requestBody, requestBytes } from "./request-bytes.ts";

const sizes: readonly BodySize[] = ["small", "16k", "200k", "2m"];

for (const protocol of ["openai-chat", "anthropic-messages"] as const) {
  for (const size of sizes) {
    test(`a ${size} ${protocol} body has the size it is named for and is a conversation`, () => {
      const shape = jsonShape(size);
      const body = requestBody({ protocol, model: modelId(protocol, shape), shape });
      const share = Buffer.byteLength(body) / bodySizes[size];
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThan(1.15);
      const { messages, tools } = JSON.parse(body);
      expect(tools.length).toBeGreaterThanOrEqual(1);
      expect(messages.at(-1).role).toBe("user");
      if (size === "200k" || size === "2m") {
        expect(messages.length).toBeGreaterThan(60);
        expect(body.match(/\\n|\\"|\\\\/g)?.length ?? 0).toBeGreaterThan(body.length / 100);
        const longest = Math.max(...messages.map((message: unknown) => JSON.stringify(message).length));
        expect(longest).toBeLessThan(12_000);
      }
    });
  }
}

test("equal shapes give equal bytes", () => {
  const options = { lane: messagesToChat, shape: streamShape("16k"), port: 1, key: "psk_x" };
  expect(requestBytes(options).equals(requestBytes(options))).toBe(true);
});

test("a request carries the caller's key and its true length", () => {
  const bytes = requestBytes({ lane: chatPassthrough, shape: jsonShape("small"), port: 1, key: "psk_x" });
  const [head = "", body = ""] = bytes.toString().split("\r\n\r\n");
  expect(head).toContain("authorization: Bearer psk_x");
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
});
