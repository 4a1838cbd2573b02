/** Numbers as base64 of little-endian 32-bit floats, as OpenAI writes vectors. */
export function toBase64(vector: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  for (let i = 0; i < vector.length; i++) bytes.setFloat32(i * 4, vector[i] ?? 0, true);
  return new Uint8Array(bytes.buffer).toBase64();
}

/** The numbers of such a text, exactly; undefined when it is none. */
export function fromBase64(text: string): readonly number[] | undefined {
  const bytes = readBytes(text);
  if (bytes === undefined || bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector: number[] = new Array(bytes.length / 4);
  for (let i = 0; i < vector.length; i++) vector[i] = view.getFloat32(i * 4, true);
  // JSON has no word for the others.
  return vector.every(Number.isFinite) ? vector : undefined;
}

function readBytes(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
