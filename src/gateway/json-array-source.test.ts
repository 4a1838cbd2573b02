import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ByteSource } from "../engine/call.ts";
import { jsonArraySource } from "./json-array-source.ts";

function sourceOf(chunks: readonly Uint8Array[]): ByteSource {
  let next = 0;
  return { read: () => Promise.resolve(chunks[next++]), cancel: () => {} };
}

async function read(source: ByteSource): Promise<string> {
  let text = "";
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    text += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
  }
  return text;
}

test("any stream of events, however cut, is one array of their payloads", async () => {
  const events = fc.array(fc.jsonValue(), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(events, fc.array(fc.nat(400), { maxLength: 6 }), async (payloads, cuts) => {
      const text = payloads
        .map((payload) => `: keepalive\n\ndata: ${JSON.stringify(payload)}\r\n\r\n`)
        .join("");
      const bytes = new TextEncoder().encode(text);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, i) => bytes.slice(at[i], end));
      expect(JSON.parse(await read(jsonArraySource(sourceOf(chunks))))).toEqual(
        JSON.parse(JSON.stringify(payloads)),
      );
    }),
  );
});
