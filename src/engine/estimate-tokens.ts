/** Characters a token has on average in English text and JSON; only ever used where a vendor reports nothing. */
const charactersPerToken = 4;

/** A rough count of tokens for `length` characters or bytes. */
export function estimateTokens(length: number): number {
  return Math.ceil(length / charactersPerToken);
}
