/** The part of a Bun socket that is written to. */
export interface WritableSocket {
  write(bytes: Uint8Array): number;
}

/** Writes whole buffers in order on a socket that may take only part of one; call `drain` when it is writable again. */
export class SocketWriter {
  #queue: Uint8Array[] = [];

  write(socket: WritableSocket, bytes: Uint8Array): void {
    if (this.#queue.length > 0) {
      this.#queue.push(bytes);
      return;
    }
    const rest = send(socket, bytes);
    if (rest !== undefined) this.#queue.push(rest);
  }

  drain(socket: WritableSocket): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const bytes of queue) this.write(socket, bytes);
  }
}

function send(socket: WritableSocket, bytes: Uint8Array): Uint8Array | undefined {
  // A closed socket answers -1; its bytes are gone, the close handler says so.
  const written = socket.write(bytes);
  return written < 0 || written === bytes.length ? undefined : bytes.subarray(written);
}
