/** Places of a vector each feature adds to. */
const places = 8;

/**
 * A unit vector of `size` numbers by feature hashing: each feature adds to a few places that its hash names. The more
 * features two lists share, the nearer their vectors.
 */
export function featureVector(features: readonly string[], size: number): readonly number[] {
  const sum = new Float64Array(size);
  for (const feature of features) {
    let state = hash(feature);
    for (let i = 0; i < places; i++) {
      state = next(state);
      const at = (state >>> 1) % size;
      sum[at] = (sum[at] ?? 0) + (state & 1 ? 1 : -1);
    }
  }
  // What cancels itself out entirely would have no direction.
  if (sum.every((number) => number === 0)) sum[hash(features.toSorted().join(" ")) % size] = 1;
  const length = Math.hypot(...sum);
  return Array.from(sum, (number) => Math.fround(number / length));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state >>> 0;
}

/** One step of mulberry32: well mixed bits from any state. */
function next(state: number): number {
  let t = (state + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
