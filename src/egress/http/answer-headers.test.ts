import { expect, test } from "bun:test";
import fc from "fast-check";
import { AnswerHeaders } from "./answer-headers.ts";

test("of the names those with a part in them are found, however they are written", () => {
  const piece = fc.constantFrom("x-", "Rate", "rate", "RATELIMIT-", "ratelimit-", "limit-", "r", "tokens");
  const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      const lines = names.map((each) => `\r\n${each}: ratelimit-`);
      const headers = new AnswerHeaders(`HTTP/1.1 200 OK${lines.join("")}`);
      const lower = names.map((each) => each.toLowerCase());
      expect(headers.keys()).toEqual(lower);
      expect(headers.keys("ratelimit-")).toEqual(lower.filter((each) => each.includes("ratelimit-")));
    }),
  );
});
