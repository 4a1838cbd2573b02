import { expect, test } from "bun:test";
import fc from "fast-check";
import { CommentWatch } from "./comment-watch.ts";

const comment = fc.constantFrom(": OPENROUTER PROCESSING\n\n", ":\n", ": a: b\r\n\r\n", "\n");
const data = fc.constantFrom('data: {"a":1}\n\n', "data: : x\n\n", "event: ping\ndata: {}\n\n");
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });

function pieces(text: string, at: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...at.filter((edge) => edge < bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

test("comments say nothing, however they are cut", () => {
  fc.assert(
    fc.property(fc.array(comment, { maxLength: 6 }), cuts, (lines, at) => {
      const watch = new CommentWatch();
      for (const piece of pieces(lines.join(""), at)) expect(watch.says(piece)).toBe(false);
    }),
  );
});

test("a blank line may be cut between its carriage return and its line feed", () => {
  const watch = new CommentWatch();
  for (const piece of pieces(": a\r\n\r\n: b\r\n\r\n", [6, 13])) expect(watch.says(piece)).toBe(false);
});

test("data says something, whatever stands around it and however it is cut", () => {
  fc.assert(
    fc.property(fc.array(comment), data, fc.array(comment), cuts, (before, event, after, at) => {
      const watch = new CommentWatch();
      const said = pieces([...before, event, ...after].join(""), at).map((piece) => watch.says(piece));
      expect(said).toContain(true);
      for (const piece of pieces(": again\n\n", [3])) expect(watch.says(piece)).toBe(false);
    }),
  );
});
