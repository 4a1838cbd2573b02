/** How files of each type begin: bytes at an offset, as text of one character a byte. */
const beginnings: readonly (readonly [offset: number, bytes: string, mediaType: string])[] = [
  [0, "\x89PNG\r\n\x1a\n", "image/png"],
  [0, "\xff\xd8\xff", "image/jpeg"],
  [0, "GIF87a", "image/gif"],
  [0, "GIF89a", "image/gif"],
  [8, "WEBP", "image/webp"],
  [4, "ftypheic", "image/heic"],
  [4, "ftypheix", "image/heic"],
  [4, "ftypmif1", "image/heif"],
  [4, "ftypavif", "image/avif"],
  [4, "ftypM4A", "audio/mp4"],
  [4, "ftyp", "video/mp4"],
  [0, "II*\0", "image/tiff"],
  [0, "MM\0*", "image/tiff"],
  [0, "%PDF-", "application/pdf"],
  [8, "WAVE", "audio/wav"],
  [8, "AIFF", "audio/aiff"],
  [0, "ID3", "audio/mpeg"],
  [0, "OggS", "audio/ogg"],
  [0, "fLaC", "audio/flac"],
  [0, "\x1a\x45\xdf\xa3", "video/webm"],
];

/** Office documents are archives or compound files: what is inside is told by the declared type alone. */
const containers: readonly (readonly [bytes: string, declared: RegExp])[] = [
  ["PK\x03\x04", /^application\/vnd\.openxmlformats-officedocument\./],
  ["\xd0\xcf\x11\xe0", /^application\/(msword|vnd\.ms-(excel|powerpoint))$/],
];

const textual = /^text\/|^application\/(json|xml|yaml|javascript|x-ndjson)$|\+(json|xml)$/;

/**
 * What bytes are, by how they begin; the declared type only decides between what the bytes cannot tell apart.
 * Undefined: nothing that is known.
 */
export function sniffMediaType(bytes: Uint8Array, declared: string | undefined): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString("latin1");
  const known = beginnings.find(([offset, text]) => head.startsWith(text, offset));
  if (known !== undefined) return known[2];
  const container = containers.find(([text]) => head.startsWith(text));
  if (container !== undefined) return container[1].test(declared ?? "") ? declared : undefined;
  // MPEG audio without tags, and AAC's framing, begin with eleven or twelve set bits.
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0) return "audio/aac";
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2) return "audio/mpeg";
  if (!isText(bytes)) return undefined;
  return declared !== undefined && textual.test(declared) ? declared : "text/plain";
}

/** Valid UTF-8 without control characters that no text has. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
