/** Bytes of what a request carries as base64, by what decides how many tokens a vendor counts for it. */
export interface MediaBytes {
  /** Documents of many pages. */
  readonly pdf: number;
  /** Pictures, sounds, clips. */
  readonly other: number;
  readonly pieces: number;
}

/** Shorter strings are counted as the text they may be. */
const shortest = 4_096;
/** Bytes looked at to tell base64 from text: text has a space or an escape among so many. */
const sample = 256;
const quote = 0x22;
/** Less than half the shortest: a run that long cannot lie between two looks. */
const stride = 2_000;
/** Bytes of one look; most end at the first space or quote. */
const look = 64;
/** How base64 of `%PDF-` begins. */
const pdf = Buffer.from("JVBERi0");
const dataUrl = Buffer.from(";base64,");

const none: MediaBytes = { pdf: 0, other: 0, pieces: 0 };

/**
 * Finds them without parsing: each is a long run of base64 between two quotes, maybe as a data URL. Looks only here and there, since
 * every large request pays for it.
 */
export function mediaBytes(body: Uint8Array): MediaBytes {
  if (body.length < shortest) return none;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = { pdf: 0, other: 0, pieces: 0 };
  for (let at = stride; at < bytes.length; at += stride) {
    if (!isBase64(bytes, at, Math.min(at + look, bytes.length))) continue;
    const from = bytes.lastIndexOf(quote, at) + 1;
    const end = bytes.indexOf(quote, at);
    if (end === -1) break;
    if (end - from >= shortest) {
      const head = bytes.subarray(from, from + sample);
      const url = head.indexOf(dataUrl);
      const start = url === -1 ? from : from + url + dataUrl.length;
      if (isBase64(bytes, start, Math.min(start + sample, end))) {
        const isPdf = bytes.subarray(start, start + pdf.length).equals(pdf);
        if (isPdf) found.pdf += end - start;
        else found.other += end - start;
        found.pieces++;
      }
    }
    at = end;
  }
  return found;
}

function isBase64(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
    const isDigit = byte >= 0x2f && byte <= 0x39;
    // Also the letters of base64url, and the padding.
    if (!isLetter && !isDigit && byte !== 0x2b && byte !== 0x2d && byte !== 0x5f && byte !== 0x3d)
      return false;
  }
  return true;
}
