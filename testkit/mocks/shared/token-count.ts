/** The mocks' measure: four characters a token. */
export function tokensOf(value: unknown): number {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return Math.ceil(text.length / 4);
}

/** Where `text` ends under a limit of tokens and stop sequences, as every vendor cuts it. */
export function cutText(text: string, limits: { maxTokens: number; stop: readonly string[] }) {
  const found = limits.stop
    .map((sequence) => ({ sequence, at: sequence === "" ? -1 : text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
  const stopped = found === undefined ? text : text.slice(0, found.at);
  const most = limits.maxTokens * 4;
  if (stopped.length > most) return { text: stopped.slice(0, most), end: "max_tokens" as const };
  return found === undefined
    ? { text, end: "stop" as const }
    : { text: stopped, end: "stop_sequence" as const, sequence: found.sequence };
}

/** Pieces of a few characters, as models stream. */
export function pieces(text: string): readonly string[] {
  return text.match(/.{1,6}/gsu) ?? [];
}
