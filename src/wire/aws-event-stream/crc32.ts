/** CRC-32 (IEEE 802.3, as in zlib) of the bytes from `start` to `end`, as an unsigned number. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  // The runtime's own: a table in JavaScript cost four nanoseconds a byte, half of what a chunk cost in all.
  return Bun.hash.crc32(bytes.subarray(start, end));
}
