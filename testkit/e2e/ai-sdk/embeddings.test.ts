import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { embed, embedMany } from "ai";
import { type AiWorld, startAiWorld } from "./ai-world.ts";
import { packages } from "./packages.ts";

// Vectors by every package that asks for them, of vendors of four dialects and of the playground.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const models = [
  "text-embedding-3-small",
  "gemini-embedding-001",
  "amazon.titan-embed-text-v2:0",
  "nomic-embed-text:latest",
  "playground-embed",
];
const pairs = packages.flatMap(({ name, embedder }) =>
  embedder === undefined ? [] : models.map((model) => ({ title: `${name} on ${model}`, embedder, model })),
);

describe.each(pairs)("$title", ({ embedder, model }) => {
  test("one text, and many at once in their order", async () => {
    const by = embedder(model, world.penstock);
    const values = ["first", "second", "third"];
    const many = await embedMany({ model: by, values, maxRetries: 0 });
    expect(many.embeddings).toHaveLength(3);
    expect(new Set(many.embeddings.map(({ length }) => length)).size).toBe(1);
    for (const [i, value] of values.entries()) {
      const one = await embed({ model: by, value, maxRetries: 0 });
      expect(one.embedding).toEqual(many.embeddings[i] ?? []);
    }
    expect(many.embeddings[0]).not.toEqual(many.embeddings[1]);
  });
});
