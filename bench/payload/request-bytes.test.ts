import { expect, test } from "bun:test";
import {
  type BenchProtocol,
  benchSurfaces,
  benchWires,
  chatPassthrough,
  messagesToChat,
  responsesToMessages,
} from "../plan/lane.ts";
import { type BodySize, bodySizes, jsonShape, modelId, streamShape } from "../plan/shape.ts";
import { requestBody, requestBytes } from "./request-bytes.ts";

const sizes: readonly BodySize[] = ["small", "16k", "200k", "2m"];

const protocols = new Set<BenchProtocol>([...benchSurfaces, ...benchWires]);

for (const protocol of protocols) {
  for (const size of sizes) {
    test(`a ${size} ${protocol} body has the size it is named for and is a conversation`, () => {
      const shape = jsonShape(size);
      const body = requestBody({ protocol, model: modelId("openai-chat", shape), shape });
      const share = Buffer.byteLength(body) / bodySizes[size];
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThan(1.15);
      const parsed = JSON.parse(body);
      const messages = parsed.messages ?? parsed.input ?? parsed.contents;
      const tools = parsed.tools ?? parsed.toolConfig.tools;
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

test("a Responses client asks its own path and names the model of the upstream", () => {
  const shape = jsonShape("small");
  const text = requestBytes({ lane: responsesToMessages, shape, port: 1, key: "psk_x" }).toString();
  expect(text).toStartWith("POST /v1/responses HTTP/1.1");
  expect(text).toContain("authorization: Bearer psk_x");
  expect(text).toContain('"model":"messages-c3-burst"');
});
