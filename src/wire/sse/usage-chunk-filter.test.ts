import { expect, test } from "bun:test";
import { UsageChunkFilter } from "./usage-chunk-filter.ts";

const content = `data: {"choices":[{"delta":{"content":"\\"choices\\":[] \\"usage\\":{ é"}}],"usage":null}\n\n`;
const azureFirst = `data: {"choices":[],"prompt_filter_results":[]}\n\n`;
const usage = `data: {"id":"1","choices":[],"usage":{"prompt_tokens":1}}\n\n`;
const done = "data: [DONE]\n\n";
const stream = `: hello\n\n${content}${azureFirst}${content}${usage}${done}`;
const expected = stream.replace(usage, "");

function filtered(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text);
  const filter = new UsageChunkFilter();
  const out: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(filter.push(bytes.subarray(from, cut)));
    from = cut;
  }
  out.push(filter.end());
  return Buffer.concat(out).toString();
}

test("only the usage chunk goes, however the stream is cut", () => {
  const { length } = Buffer.from(stream);
  for (let cut = 0; cut <= length; cut++) expect(filtered(stream, [cut])).toBe(expected);
  expect(
    filtered(
      stream,
      Array.from({ length: length - 1 }, (_, i) => i + 1),
    ),
  ).toBe(expected);
});

test("CRLF streams and streams that end in mid-event pass whole", () => {
  const crlf = stream.replaceAll("\n", "\r\n");
  expect(filtered(crlf, [7, 90])).toBe(expected.replaceAll("\n", "\r\n"));
  expect(filtered(`${content}data: {"cho`, [3])).toBe(`${content}data: {"cho`);
});
