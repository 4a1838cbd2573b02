import type { UsageRecord } from "../../../plane/usage-record.ts";

/**
 * The spool's format: a line a record, its checksum (CRC-32, hex) before it. A line `=` and an offset says that all before that
 * byte of the file is in the database. JSON has no line breaks of its own, so damage never reaches beyond its line.
 */
export function toLine(record: UsageRecord): string {
  return checked(JSON.stringify(record));
}

/** All before `offset` (bytes) is written. */
export function toMark(offset: number): string {
  return checked(`=${offset}`);
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
const decoder = new TextDecoder();

function checked(text: string): string {
  return `${Bun.hash.crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
}

/** What is on a line; undefined when its checksum does not fit. */
function open(line: string): string | undefined {
  const text = line.slice(9);
  return line[8] === " " && Number.parseInt(line.slice(0, 8), 16) === Bun.hash.crc32(text) ? text : undefined;
}

/** The checksum says that it is as we wrote it. */
function parse(text: string): UsageRecord {
  return JSON.parse(text) as UsageRecord;
}
