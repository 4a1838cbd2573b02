import { createHash } from "node:crypto";

/** A unit vector that depends on the input alone, of numbers a 32-bit float holds exactly. */
export function mockVector(input: unknown, dimensions: number): readonly number[] {
  const numbers: number[] = [];
  for (let block = 0; numbers.length < dimensions; block++) {
    const digest = createHash("sha256")
      .update(`${block} ${JSON.stringify(input)}`)
      .digest();
    for (let at = 0; at + 4 <= digest.length; at += 4) numbers.push(digest.readInt32LE(at) / 2 ** 31);
  }
  const cut = numbers.slice(0, dimensions);
  const length = Math.sqrt(cut.reduce((sum, number) => sum + number * number, 0));
  return cut.map((number) => Math.fround(number / length));
}
