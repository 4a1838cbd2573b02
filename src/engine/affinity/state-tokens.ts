/** Names of the fields in which clients carry vendors' opaque state back. */
const marks = ["encrypted_content", "signature", "thoughtSignature", "thought_signature", "data"].map(
  (name) => Buffer.from(`"${name}"`),
);
/** How the ids of answers begin that a vendor keeps. */
const answerMark = Buffer.from('"resp_');

/** Characters that tell one piece of state from all others: their first bytes hold an id, a time or a nonce. */
const longest = 128;
/** What is shorter is no state. */
const shortest = 16;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** Bytes of a chunk that must be looked at again with the next, so that no token is missed between the two. */
export const tokenReach = longest + 64;

/** The beginnings of all opaque state in a piece of JSON, in no order, with where each stands. A token that is cut off is left out. */
export function* stateTokens(bytes: Uint8Array): Iterable<{ readonly at: number; readonly token: string }> {
  for (const mark of marks) {
    for (let at = find(bytes, mark, 0); at !== -1; at = find(bytes, mark, at + mark.length)) {
      const start = valueAfter(bytes, at + mark.length);
      const token = start === -1 ? undefined : tokenAt(bytes, start);
      if (token !== undefined) yield { at, token };
    }
  }
}

/** The ids of answers in a piece of JSON. */
export function* answerIds(bytes: Uint8Array): Iterable<string> {
  for (let at = find(bytes, answerMark, 0); at !== -1; at = find(bytes, answerMark, at + answerMark.length)) {
    const id = tokenAt(bytes, at + 1);
    if (id !== undefined) yield id;
  }
}

function find(bytes: Uint8Array, mark: Buffer, from: number): number {
  return Buffer.prototype.indexOf.call(bytes, mark, from);
}

/** Where the text begins that follows a name; -1 when something else does. */
function valueAfter(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20) at++;
  if (bytes[at] !== colon) return -1;
  at++;
  while (bytes[at] === 0x20) at++;
  return bytes[at] === quote ? at + 1 : -1;
}

/** Undefined for what is too short, and for what is cut off before it is long enough. */
function tokenAt(bytes: Uint8Array, start: number): string | undefined {
  let end = start;
  while (end < bytes.length && end - start < longest && bytes[end] !== quote && bytes[end] !== backslash)
    end++;
  const whole = end - start === longest || end < bytes.length;
  if (!whole || end - start < shortest) return undefined;
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}
