import { malformedAnswer } from "./malformed-answer.ts";

/** What a name may hold (RFC 9110 §5.6.2): by character code, the code in lower case; 0 for what it may not. */
const tokenCode = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  const code = character.charCodeAt(0);
  tokenCode[code] = tokenCode[character.toUpperCase().charCodeAt(0)] = code;
}

const colon = 0x3a;
const space = 0x20;

/**
 * The headers of one answer. All are checked when they arrive; names and values become strings when they are asked for:
 * vendors send some thirty headers, of which two are read.
 */
export class AnswerHeaders {
  readonly #text: string;
  /** Of each header: where its name begins, its name ends, its line ends. */
  readonly #places: number[] = [];

  /**
   * `text`: the head without its empty line; headers begin behind its first line.
   *
   * @throws PenstockError `upstream_malformed`.
   */
  constructor(text: string) {
    this.#text = text;
    if (text.includes("\0")) throw malformedAnswer("a header of its answer is malformed");
    let at = lineEnd(text, 0) + 2;
    while (at < text.length) {
      const end = lineEnd(text, at);
      let nameEnd = at;
      while ((tokenCode[text.charCodeAt(nameEnd)] ?? 0) !== 0) nameEnd++;
      // A line that goes on from the one before (obs-fold) begins with a blank, which is no token either.
      if (nameEnd === at || text.charCodeAt(nameEnd) !== colon)
        throw malformedAnswer("a header of its answer is malformed");
      this.#places.push(at, nameEnd, end);
      at = end + 2;
    }
  }

  get(name: string): string | null {
    let joined: string | null = null;
    for (let i = 0; i < this.#places.length; i += 3) {
      if (!this.#isNamed(i, name)) continue;
      const value = this.#valueAt(i);
      joined = joined === null ? value : `${joined}, ${value}`;
    }
    return joined;
  }

  /** The value of a name that may come again but must not say another thing; null: there is none, undefined: it does. */
  single(name: string): string | null | undefined {
    let single: string | null = null;
    for (let i = 0; i < this.#places.length; i += 3) {
      if (!this.#isNamed(i, name)) continue;
      const value = this.#valueAt(i);
      if (single !== null && value !== single) return undefined;
      single = value;
    }
    return single;
  }

  /** Those with `part` in them, in lower case, in the order they came. */
  keys(part = ""): readonly string[] {
    const names: string[] = [];
    for (let i = 0; i < this.#places.length; i += 3) if (this.#holds(i, part)) names.push(this.#nameAt(i));
    return names;
  }

  #isNamed(i: number, name: string): boolean {
    const start = this.#places[i] ?? 0;
    return (this.#places[i + 1] ?? 0) - start === name.length && this.#says(start, name);
  }

  #holds(i: number, part: string): boolean {
    const last = (this.#places[i + 1] ?? 0) - part.length;
    for (let at = this.#places[i] ?? 0; at <= last; at++) if (this.#says(at, part)) return true;
    return false;
  }

  /** Compares in place: each name as a string would be two, one cut out and one in lower case. */
  #says(start: number, part: string): boolean {
    for (let at = 0; at < part.length; at++)
      if (tokenCode[this.#text.charCodeAt(start + at)] !== part.charCodeAt(at)) return false;
    return true;
  }

  #nameAt(i: number): string {
    return this.#text.slice(this.#places[i], this.#places[i + 1]).toLowerCase();
  }

  #valueAt(i: number): string {
    let start = (this.#places[i + 1] ?? 0) + 1;
    // Nearly every value stands behind a blank: without it there is nothing to trim, and no second string.
    if (this.#text.charCodeAt(start) === space) start++;
    return this.#text.slice(start, this.#places[i + 2]).trim();
  }
}

/** A line may end in CRLF only: what ends elsewhere for some readers is two answers for one and one for others. */
function lineEnd(text: string, at: number): number {
  const lf = text.indexOf("\n", at);
  const cr = text.indexOf("\r", at);
  if (lf === -1 && cr === -1) return text.length;
  if (lf !== cr + 1 || cr === -1) throw malformedAnswer("a line of its answer's head is malformed");
  return cr;
}
