import { expect, test } from "bun:test";
import fc from "fast-check";
import { withVariantHeaders } from "./variant.ts";

test("every beta of client and variant is sent, each once, and the client's own headers stay as they are", () => {
  const beta = fc.stringMatching(/^[a-z]{1,5}$/);
  fc.assert(
    fc.property(fc.uniqueArray(beta), beta, (own, added) => {
      const client = new Headers(own.length === 0 ? {} : { "anthropic-beta": own.join(",") });
      const before = client.get("anthropic-beta");
      const sent = withVariantHeaders(client, { "anthropic-beta": added }).get("anthropic-beta") ?? "";
      expect(sent.split(/, ?/).toSorted()).toEqual([...new Set([...own, added])].toSorted());
      expect(client.get("anthropic-beta")).toBe(before);
    }),
  );
});
