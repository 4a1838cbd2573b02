const words =
  "the agent reads a file then runs tests and reports which of them fail because parser state is lost when input arrives in pieces so we keep a buffer per connection and flush it once the frame is complete".split(
    " ",
  );

// What makes real tool results expensive to parse: quotes, newlines, backslashes, tabs and text outside ASCII.
const codeLines = [
  'const path = "C:\\\\work\\\\src\\\\index.ts";',
  '\tif (line.startsWith("data: ")) { emit(JSON.parse(line.slice(6))); }',
  '  return [label, count].join(": ").replace(/\\s+/g, "→");',
  'expect(render("<b>\\"quoted\\"</b>")).toBe("ok");',
  "// Größe prüfen – 結果を返す ✅",
  '{ "level": "warn", "msg": "retry in 500 ms", "attempt": 2 }',
  "for (let index = 0; index < items.length; index += 1) total += items[index].price;",
];

/** About `length` characters of plain sentences. */
export function prose(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) {
    text += words[Math.floor(random() * words.length)] ?? "";
    text += random() < 0.1 ? ".\n" : " ";
  }
  return text.slice(0, length);
}

/** About `length` characters of source code and logs, full of characters that JSON must escape. */
export function codeText(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) {
    text += `${codeLines[Math.floor(random() * codeLines.length)] ?? ""}\n`;
  }
  return text.slice(0, length);
}
