import { PenstockError } from "../../errors/penstock-error.ts";

/** Where the value of a top-level field stands in the bytes of a JSON object, `[start, end)`, and where its quoted name. */
export interface FieldRange {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly start: number;
  readonly end: number;
}

/** Top-level fields by name, in the order of the body. Their positions stand in one list: an object each would be garbage. */
export class FieldRanges {
  readonly #slots: ReadonlyMap<string, number>;
  readonly #positions: readonly number[];

  /** `slots`: where a field's four positions, in the order of `FieldRange`, begin in `positions`. */
  constructor(slots: ReadonlyMap<string, number>, positions: readonly number[]) {
    this.#slots = slots;
    this.#positions = positions;
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  get(name: string): FieldRange | undefined {
    const slot = this.#slots.get(name);
    return slot === undefined ? undefined : this.#rangeAt(slot);
  }

  *[Symbol.iterator](): Generator<readonly [string, FieldRange]> {
    for (const [name, slot] of this.#slots) yield [name, this.#rangeAt(slot)];
  }

  #rangeAt(slot: number): FieldRange {
    const at = this.#positions;
    return {
      nameStart: at[slot] ?? 0,
      nameEnd: at[slot + 1] ?? 0,
      start: at[slot + 2] ?? 0,
      end: at[slot + 3] ?? 0,
    };
  }
}

/** What one pass over the top level of a JSON object found. */
export interface TopLevel {
  readonly fields: FieldRanges;
  /** Right after the opening brace: where a new field may be inserted. */
  readonly insertAt: number;
  readonly empty: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Short strings are walked byte by byte; beyond this many bytes a native search is quicker. */
const walkBytes = 24;

/** Longer strings are left to the parser. */
const plainBytes = 256;

const decoder = new TextDecoder();

/**
 * Finds the top-level fields of a JSON object without parsing what is inside them, so that a body can be forwarded
 * with one field changed. Nested values are skipped by their brackets only: the vendor judges their grammar. A field
 * named twice is refused, because two readers could take different ones.
 *
 * @throws PenstockError `invalid_json` when the top level is not one JSON object.
 */
export function scanTopLevel(body: Uint8Array): TopLevel {
  const slots = new Map<string, number>();
  const positions: number[] = [];
  const fields = new FieldRanges(slots, positions);
  let at = skipSpace(body, body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);
  if (at >= body.length) throw invalid("it is empty");
  if (body[at] !== openBrace) throw invalid("it is not an object");
  const insertAt = at + 1;
  at = skipSpace(body, insertAt);
  if (body[at] === closeBrace) {
    endOfBody(body, at + 1);
    return { fields, insertAt, empty: true };
  }
  for (;;) {
    if (body[at] !== quote) throw invalid(`a field name was expected at byte ${at}`);
    const nameStart = at;
    const nameEnd = skipString(body, at);
    const name = readName(body, at, nameEnd);
    at = skipSpace(body, nameEnd);
    if (body[at] !== colon) throw invalid(`a colon was expected at byte ${at}`);
    const start = skipSpace(body, at + 1);
    const end = skipValue(body, start);
    if (slots.has(name)) throw invalid(`the field ${JSON.stringify(name)} stands twice`);
    slots.set(name, positions.length);
    positions.push(nameStart, nameEnd, start, end);
    at = skipSpace(body, end);
    if (body[at] === comma) {
      at = skipSpace(body, at + 1);
      continue;
    }
    if (body[at] !== closeBrace) throw invalid(`a comma or } was expected at byte ${at}`);
    endOfBody(body, at + 1);
    return { fields, insertAt, empty: false };
  }
}

/**
 * The parsed value of a field.
 *
 * @throws PenstockError `invalid_json` when the value is not JSON.
 */
export function readField(body: Uint8Array, scan: TopLevel, name: string): unknown {
  const range = scan.fields.get(name);
  return range === undefined ? undefined : readValue(body, range.start, range.end);
}

/** Short plain values, which the fields that route and limit a request are, need no parser. */
function readValue(body: Uint8Array, start: number, end: number): unknown {
  const length = end - start;
  if (body[start] === quote && length <= plainBytes) {
    return plainText(body, start + 1, end - 1) ?? parseSlice(body, start, end);
  }
  if (length === 4 && says(body, start, "true")) return true;
  if (length === 5 && says(body, start, "false")) return false;
  return wholeNumber(body, start, end) ?? parseSlice(body, start, end);
}

/** A number such as the limits that requests name, in so few digits that it is exact. */
function wholeNumber(body: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  if (length > 15 || (length > 1 && body[start] === 0x30)) return undefined;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (body[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

function says(body: Uint8Array, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) if (body[start + at] !== word.charCodeAt(at)) return false;
  return true;
}

/** The bytes as text if they are printable ASCII without a backslash, and so mean themselves in JSON. */
function plainText(body: Uint8Array, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++) {
    const byte = body[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return undefined;
  }
  return Buffer.prototype.latin1Slice.call(body, start, end);
}

/**
 * The whole body parsed.
 *
 * @throws PenstockError `invalid_json`, with what is wrong but nothing of the content.
 */
export function parseBody(body: Uint8Array): unknown {
  return parseSlice(body, 0, body.length);
}

function parseSlice(body: Uint8Array, start: number, end: number): unknown {
  const text = decoder.decode(start === 0 && end === body.length ? body : body.subarray(start, end));
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(start === 0 ? "its grammar is broken" : `the value at byte ${start} is broken`);
  }
}

function readName(body: Uint8Array, start: number, end: number): string {
  const plain = plainText(body, start + 1, end - 1);
  if (plain !== undefined) return plain;
  const parsed = parseSlice(body, start, end);
  return typeof parsed === "string" ? parsed : "";
}

function skipSpace(body: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = body[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** From the opening quote to after the closing one. */
function skipString(body: Uint8Array, from: number): number {
  const walkEnd = Math.min(body.length, from + walkBytes);
  let at = from + 1;
  while (at < walkEnd) {
    const byte = body[at];
    if (byte === quote) return at + 1;
    at += byte === backslash ? 2 : 1;
  }
  // An escape may have carried `at` over the border; whatever stands there is a plain position again.
  for (;;) {
    const end = body.indexOf(quote, at);
    if (end === -1) throw invalid("a string is not closed");
    let backslashes = 0;
    while (end - 1 - backslashes >= at && body[end - 1 - backslashes] === backslash) backslashes++;
    at = end + 1;
    if (backslashes % 2 === 0) return at;
  }
}

function skipValue(body: Uint8Array, from: number): number {
  const first = body[from];
  if (first === quote) return skipString(body, from);
  if (first === openBrace || first === openBracket) return skipContainer(body, from);
  let at = from;
  for (;;) {
    const byte = body[at];
    if (byte === undefined || byte === comma || byte === closeBrace || byte <= 0x20) break;
    at++;
  }
  if (at === from) throw invalid(`a value was expected at byte ${from}`);
  return at;
}

function skipContainer(body: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < body.length) {
    const byte = body[at];
    if (byte === quote) {
      at = skipString(body, at);
      continue;
    }
    at++;
    if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return at;
    }
  }
  throw invalid("it ends too early");
}

function endOfBody(body: Uint8Array, from: number): void {
  const at = skipSpace(body, from);
  if (at < body.length) throw invalid(`something follows the object at byte ${at}`);
}

function invalid(reason: string): PenstockError {
  return new PenstockError("invalid_json", { fields: { reason } });
}
