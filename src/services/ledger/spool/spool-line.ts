import type { UsageRecord } from "../../../plane/usage-record.ts";

/**
 * The spool's format: a line a record, its checksum (CRC-32, hex) before it. A line `=` and an offset says that all before that
 * byte of the file is in the database. JSON has no line breaks of its own, so damage never reaches beyond its line.
 */
export function toText(record: UsageRecord): string {
  return JSON.stringify(record);
}

/** All before `offset` (bytes) is written. */
export function toMark(offset: number): string {
  return `=${offset}`;
}

/** Bytes that the line of this text takes at most. */
export function roomFor(text: string): number {
  // A character takes three bytes at most.
  return prefixBytes + text.length * 3 + 1;
}

/** Writes the line of this text and returns its length. Straight into the bytes: every record passes here. */
export function writeLine(text: string, into: Buffer): number {
  into.write(checksum(text));
  into[prefixBytes - 1] = space;
  const end = prefixBytes + into.write(text, prefixBytes);
  into[end] = newline;
  return end + 1;
}

export interface SpoolLines {
  readonly records: readonly UsageRecord[];
  /** Lines that are not what was written. The last one, cut by a kill in the middle of its write, is none: nobody was told of it. */
  readonly damaged: number;
}

/** The records of a file, or of a part of it, that no mark says are written. */
export function readLines(bytes: Uint8Array): SpoolLines {
  const lines: { readonly at: number; readonly record: UsageRecord }[] = [];
  let written = 0;
  let damaged = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    if (found < 0) break;
    const text = open(decoder.decode(bytes.subarray(start, found)));
    if (text === undefined) damaged++;
    else if (text.startsWith("=")) written = Math.max(written, Number(text.slice(1)));
    else lines.push({ at: start, record: parse(text) });
    start = found + 1;
  }
  return { records: lines.flatMap(({ at, record }) => (at < written ? [] : [record])), damaged };
}

const newline = 10;
const space = 32;
/** The checksum and a space. */
const prefixBytes = 9;
const decoder = new TextDecoder();

/** What is on a line; undefined when its checksum does not fit. */
function open(line: string): string | undefined {
  const text = line.slice(prefixBytes);
  return line.slice(0, prefixBytes) === `${checksum(text)} ` ? text : undefined;
}

function checksum(text: string): string {
  return Bun.hash.crc32(text).toString(16).padStart(8, "0");
}

/** The checksum says that it is as we wrote it. */
function parse(text: string): UsageRecord {
  return JSON.parse(text) as UsageRecord;
}
