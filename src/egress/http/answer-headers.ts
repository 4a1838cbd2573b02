import { malformedAnswer } from "./malformed-answer.ts";

/** RFC 9110 §5.6.2, by character code. */
const isToken = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789") isToken[character.charCodeAt(0)] = 1;
for (let code = 65; code <= 90; code++) isToken[code] = isToken[code + 32] = 1;

const colon = 0x3a;

/**
 * The headers of one answer. All are checked when they arrive; names and values become strings when they are asked for:
 * vendors send some thirty headers, of which two are read.
 */
export class AnswerHeaders {
  readonly #text: string;
  /** Of each header: where its name begins, its name ends, its line ends. */
  readonly #places: number[] = [];
  #names: readonly string[] | undefined;

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
      while (isToken[text.charCodeAt(nameEnd)] === 1) nameEnd++;
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

  /** Each value of a name. */
  all(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.#places.length; i += 3)
      if (this.#isNamed(i, name)) values.push(this.#valueAt(i));
    return values;
  }

  /** In lower case, in the order they came. */
  keys(): readonly string[] {
    if (this.#names !== undefined) return this.#names;
    const names: string[] = [];
    for (let i = 0; i < this.#places.length; i += 3) names.push(this.#nameAt(i));
    this.#names = names;
    return names;
  }

  #isNamed(i: number, name: string): boolean {
    if (this.#names !== undefined) return this.#names[i / 3] === name;
    const length = (this.#places[i + 1] ?? 0) - (this.#places[i] ?? 0);
    return length === name.length && this.#nameAt(i) === name;
  }

  #nameAt(i: number): string {
    return this.#text.slice(this.#places[i], this.#places[i + 1]).toLowerCase();
  }

  #valueAt(i: number): string {
    return this.#text.slice((this.#places[i + 1] ?? 0) + 1, this.#places[i + 2]).trim();
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
