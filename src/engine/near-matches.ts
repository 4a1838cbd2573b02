/** Up to three of `candidates` that someone who typed `name` may have meant, nearest first. */
export function nearMatches(name: string, candidates: readonly string[]): string[] {
  const wanted = name.toLowerCase().slice(0, 200);
  const tail = wanted.slice(wanted.lastIndexOf("/") + 1);
  const limit = (id: string) => Math.max(2, Math.ceil(Math.min(tail.length, id.length) / 2));
  return candidates
    .filter(
      (id) => id.startsWith(tail) || tail.startsWith(id) || Math.abs(id.length - tail.length) <= limit(id),
    )
    .map((id) => ({ id, distance: distance(tail, id.toLowerCase()) }))
    .filter(({ id, distance: edits }) => edits <= limit(id))
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
    .slice(0, 3)
    .map(({ id }) => id);
}

/** Edits between two names; one that begins with the other (a date left out, say) is nearer than its length tells. */
function distance(a: string, b: string): number {
  if (b.startsWith(a) || a.startsWith(b)) return Math.min(1, Math.abs(a.length - b.length));
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
