/**
 * A number in (0, 1) that is the same for the same two texts everywhere and for ever: what two replicas must agree on cannot
 * hang on a runtime's hash. Two 32-bit multiply-and-xor lanes (cyrb53, public domain), 53 bits used.
 */
export function hashFraction(a: string, b: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  const text = `${a}\u0000${b}`;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const bits = 4294967296 * (2097151 & high) + (low >>> 0);
  return (bits + 0.5) / 9007199254740992;
}

/**
 * Draws by weight: of numbers that are uniform in (0, 1), the smallest of these comes first as often as its share of the weights says.
 * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006; with hashes for numbers, weighted rendezvous.)
 */
export function drawKey(uniform: number, weight: number): number {
  return weight > 0 ? -Math.log(uniform) / weight : Number.POSITIVE_INFINITY;
}
