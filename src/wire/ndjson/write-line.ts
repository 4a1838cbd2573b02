/** One value as a line of `application/x-ndjson`. */
export function writeLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
