import { type HttpRequest, requestHead } from "./request-head.ts";

/** Up to here head and body leave in one piece; a copy costs less than a second write. */
const oneWrite = 64 * 1024;
/** Where they are put together: a socket takes what it can at once and refers to nothing of it later. */
const joint = Buffer.allocUnsafeSlow(oneWrite);

/** As much of a socket as sending needs. */
export interface Writable {
  /** Returns how many bytes it took; negative: it is closed. */
  write(bytes: Uint8Array, offset: number, length: number): number;
}

/** A request that can be sent, and sent again. */
export class RequestBytes {
  readonly #head: string;
  readonly #body: Uint8Array | string | undefined;
  readonly #bodyLength: number;

  /** @throws PenstockError `provider_misconfigured` for a header that HTTP has no way to send. */
  constructor(request: HttpRequest) {
    const { body } = request;
    this.#body = body;
    this.#bodyLength =
      body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
    const head = requestHead(request);
    this.#head = body === undefined ? `${head}\r\n` : `${head}content-length: ${this.#bodyLength}\r\n\r\n`;
  }

  /** Sends all that the socket takes now. Returns the rest, in order; undefined: there is none. */
  writeTo(socket: Writable): Uint8Array[] | undefined {
    const size = this.#head.length + this.#bodyLength;
    if (size > oneWrite) return writeAll(socket, this.#pieces());
    joint.write(this.#head, 0, "latin1");
    if (typeof this.#body === "string") joint.write(this.#body, this.#head.length, "utf8");
    else if (this.#body !== undefined) joint.set(this.#body, this.#head.length);
    const taken = Math.max(0, socket.write(joint, 0, size));
    return taken === size ? undefined : [Buffer.from(joint.subarray(taken, size))];
  }

  #pieces(): Uint8Array[] {
    const head = Buffer.from(this.#head, "latin1");
    if (this.#body === undefined) return [head];
    return [head, typeof this.#body === "string" ? Buffer.from(this.#body) : this.#body];
  }
}

/** Sends pieces one after the other; returns what the socket does not take now, as `RequestBytes.writeTo`. */
export function writeAll(socket: Writable, pieces: readonly Uint8Array[]): Uint8Array[] | undefined {
  for (const [at, piece] of pieces.entries()) {
    const taken = Math.max(0, socket.write(piece, 0, piece.length));
    if (taken < piece.length) return [piece.subarray(taken), ...pieces.slice(at + 1)];
  }
  return undefined;
}
