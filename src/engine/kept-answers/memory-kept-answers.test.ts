import { expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryKeptAnswers } from "./memory-kept-answers.ts";

const answer = (providerId: string, open = false) => ({ providerId, modelId: "m", keyId: "k", open });

test("an org knows its own answers only, the youngest of them", async () => {
  const name = fc.record({ orgId: fc.constantFrom("org_1", "org_2"), id: fc.constantFrom(..."abcdefgh") });
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (names, most) => {
        const kept = new MemoryKeptAnswers(most);
        const expected: string[] = [];
        for (const each of names) {
          kept.remember(each, answer(`of ${each.orgId}`));
          const key = `${each.orgId} ${each.id}`;
          if (expected.includes(key)) expected.splice(expected.indexOf(key), 1);
          expected.push(key);
        }
        for (const orgId of ["org_1", "org_2"])
          for (const id of "abcdefgh") {
            const isKnown = expected.slice(-most).includes(`${orgId} ${id}`);
            expect(await kept.find({ orgId, id })).toEqual(isKnown ? answer(`of ${orgId}`) : undefined);
          }
      },
    ),
  );
});

test("an open answer is paid by one of all who look at once; a closed one by nobody", async () => {
  const kept = new MemoryKeptAnswers();
  const name = { orgId: "org_1", id: "resp_1" };
  kept.remember(name, answer("p", true));
  const won = await Promise.all(Array.from({ length: 20 }, () => kept.close(name)));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await kept.close({ orgId: "org_2", id: "resp_1" })).toBe(false);
});
