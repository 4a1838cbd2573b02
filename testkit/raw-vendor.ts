import type { Socket } from "bun";

/** One request that reached a raw vendor, and the connection to answer it on. */
export interface RawExchange {
  /** Path and query. */
  readonly path: string;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Resolves when the system has taken all of it, or the connection is gone. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Ends the connection in order. */
  end(): void;
  /** Cuts it. */
  cut(): void;
  readonly isClosed: boolean;
}

/** What is answered to one request, byte by byte. */
export type Play = (exchange: RawExchange) => void | Promise<void>;

/** A vendor that sends whatever a test wants on its socket, also what is no HTTP. */
export interface RawVendor extends AsyncDisposable {
  readonly url: string;
  /** By the mark `case-…` in the text of a request: calls side by side each get their own answer. */
  readonly plays: Map<string, Play>;
  /** The marks of all requests that arrived, in order. */
  readonly served: readonly string[];
  /** Marks of the requests of each connection. */
  readonly connections: readonly (readonly string[])[];
}

interface Peer {
  read: Buffer;
  unsent: Buffer[];
  drained: (() => void)[];
  isClosed: boolean;
  readonly marks: string[];
}

/** Starts one on a free port; with `tls` it speaks TLS. */
export function startRawVendor(tls?: { readonly key: string; readonly cert: string }): RawVendor {
  const plays = new Map<string, Play>();
  const served: string[] = [];
  const connections: string[][] = [];
  const open = new Set<Socket<Peer>>();
  const listener = Bun.listen<Peer>({
    ...{ hostname: "127.0.0.1", port: 0, ...(tls !== undefined && { tls }) },
    socket: {
      open(socket) {
        const marks: string[] = [];
        connections.push(marks);
        socket.data = { read: Buffer.alloc(0), unsent: [], drained: [], isClosed: false, marks };
        open.add(socket);
      },
      data(socket, bytes) {
        const peer = socket.data;
        peer.read = Buffer.concat([peer.read, bytes]);
        const request = takeRequest(peer);
        if (request === undefined) return;
        const mark = /case-[\w-]+/.exec(request.text)?.[0] ?? "";
        served.push(mark);
        peer.marks.push(mark);
        const exchange = exchangeOn(socket, request);
        const play = plays.get(mark);
        if (play === undefined) exchange.cut();
        else void play(exchange);
      },
      drain: flush,
      error: () => {},
      close(socket) {
        open.delete(socket);
        socket.data.isClosed = true;
        for (const resolve of socket.data.drained.splice(0)) resolve();
      },
    },
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${listener.port}`,
    ...{ plays, served, connections },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.terminate();
      listener.stop(true);
    },
  };
}

interface Request {
  readonly path: string;
  readonly text: string;
}

/** A whole request that has arrived; undefined while it has not. */
function takeRequest(peer: Peer): Request | undefined {
  const end = peer.read.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = peer.read.toString("latin1", 0, end);
  const size = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const from = end + 4;
  if (peer.read.length < from + size) return undefined;
  const text = peer.read.toString("utf8", from, from + size);
  peer.read = peer.read.subarray(from + size);
  return { path: head.split(" ", 2)[1] ?? "", text };
}

function exchangeOn(socket: Socket<Peer>, { path, text }: Request): RawExchange {
  const peer = socket.data;
  return {
    path,
    body: text === "" ? {} : JSON.parse(text),
    write(bytes) {
      if (peer.isClosed) return Promise.resolve();
      peer.unsent.push(Buffer.from(bytes));
      return new Promise((resolve) => {
        peer.drained.push(resolve);
        flush(socket);
      });
    },
    end: () => void socket.end(),
    cut: () => void socket.terminate(),
    get isClosed() {
      return peer.isClosed;
    },
  };
}

function flush(socket: Socket<Peer>): void {
  const { unsent, drained } = socket.data;
  for (let next = unsent[0]; next !== undefined; next = unsent[0]) {
    const written = socket.write(next);
    if (written < next.length) {
      if (written > 0) unsent[0] = next.subarray(written);
      return;
    }
    unsent.shift();
  }
  for (const resolve of drained.splice(0)) resolve();
}
