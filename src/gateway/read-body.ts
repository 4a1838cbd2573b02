import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { PenstockError } from "../errors/penstock-error.ts";

const decompressors = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * A request's body, decompressed. `limit`: bytes, before and after decompression.
 *
 * @throws PenstockError `body_too_large`, `unsupported_encoding`, `invalid_request` for a broken encoding.
 */
export function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) throw tooLarge(limit);
  const encoding = request.headers.get("content-encoding");
  const raw = declared === null ? readChunked(request, limit) : request.bytes();
  return encoding === null || encoding === "" || encoding === "identity"
    ? raw
    : decompressed(raw, { encoding, limit });
}

async function decompressed(
  raw: Promise<Uint8Array>,
  { encoding, limit }: { readonly encoding: string; readonly limit: number },
): Promise<Uint8Array> {
  const bytes = await raw;
  const decompress = decompressors[encoding.trim().toLowerCase() as keyof typeof decompressors];
  if (decompress === undefined)
    throw new PenstockError("unsupported_encoding", { fields: { encoding: encoding.slice(0, 40) } });
  try {
    return await decompress(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
    const reason = `The body is not valid ${encoding.slice(0, 40)}.`;
    throw new PenstockError("invalid_request", { fields: { reason }, cause });
  }
}

/** A body of unknown length, given up as soon as it is too long. */
async function readChunked(request: Request, limit: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(limit: number): PenstockError {
  return new PenstockError("body_too_large", { fields: { limit } });
}
