import { plainReply } from "../plan/shape.ts";

/** Starts every text piece of a reply and occurs nowhere else in it, so that a reader can count pieces in any protocol. */
export const pieceMark = "~";

/** Input tokens every reply reports. */
export const inputTokens = 321;

/** Output tokens a reply of `chunks` pieces reports: a number that cannot be there by accident. */
export function outputTokens(chunks: number): number {
  return 7_000 + chunks;
}

const filler =
  "The parser keeps what it has until the line is whole and says “done” only after the last byte; nothing is lost when it comes in pieces, ";

/** Text of piece `index`, `length` characters long. */
export function pieceText(index: number, length: number): string {
  return `${pieceMark}${String(index).padStart(3, "0")} ${filler.repeat(2)}`.slice(0, length);
}

/** Text of a plain reply: as many marked pieces as `chunks` says, short ones so that the body stays near 0.6 KB. */
export function replyText(chunks: number, length: number): string {
  const each = Math.max(8, Math.floor(length / Math.max(chunks, plainReply)));
  return Array.from({ length: chunks }, (_, index) => pieceText(index, each)).join("");
}
