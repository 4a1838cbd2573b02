import { expect, test } from "bun:test";
import fc from "fast-check";
import { protocolIds } from "../neutral/protocol-id.ts";
import { gemini } from "./protocol.ts";
import { unwrapState, wrapState } from "./state-envelope.ts";

const unknown = { quirks: {}, traits: {} };
const bodyWith = (thoughtSignature: string) =>
  new Uint8Array(Buffer.from(JSON.stringify({ contents: [{ parts: [{ text: "", thoughtSignature }] }] })));

test("a body with another protocol's state in it is not forwarded; one with the vendor's own is", () => {
  const state = fc.record({
    state: fc.string(),
    protocol: fc.constantFrom(...protocolIds.filter((id) => id !== "gemini")),
    kind: fc.constantFrom("thinking" as const, "redacted" as const, "part" as const),
  });
  fc.assert(
    fc.property(state, ({ protocol, ...rest }) => {
      const owned = { ...rest, origin: { protocol } };
      const wrapped = wrapState(owned);
      expect(gemini.holdsForeignState?.(bodyWith(wrapped), unknown)).toBe(true);
      expect(unwrapState(wrapped, { path: "p", kind: "part" })).toEqual(owned);
    }),
  );
  const own = wrapState({ state: "AbCd+/==", origin: { protocol: "gemini" }, kind: "part" });
  expect(gemini.holdsForeignState?.(bodyWith(own), unknown)).toBe(false);
});
