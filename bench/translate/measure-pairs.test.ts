import { expect, test } from "bun:test";
import { measurePairs } from "./measure-pairs.ts";
import { translationPairs } from "./pairs.ts";

const toolCall = /"tool_calls"|"tool_use"|"functionCall"|"toolUse"|"function_call"/g;

for (const { id, text, translate } of translationPairs("200k")) {
  test(`${id} carries the whole conversation, so that nothing is fast by leaving out`, () => {
    const written = translate();
    expect(() => JSON.parse(written)).not.toThrow();
    expect(written.match(toolCall)?.length).toBe(text.match(toolCall)?.length ?? -1);
    expect(written.length / text.length).toBeWithin(0.9, 1.1);
  });
}

test("work that takes three times as long as its JSON is measured as such", () => {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ index, name: `n${index}` })));
  const plain = () => JSON.stringify(JSON.parse(text));
  const threeTimes = () => plain() && plain() && plain();
  const [same, thrice] = measurePairs(
    [
      { id: "same", text, translate: plain },
      { id: "thrice", text, translate: threeTimes },
    ],
    { rounds: 9, warmups: 3 },
  );
  expect(same?.ratio.median).toBeWithin(0.5, 1.7);
  expect(thrice?.ratio.median).toBeWithin(1.8, 6);
});
