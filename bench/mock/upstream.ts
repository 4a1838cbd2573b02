import type { Socket } from "bun";
import { MessageReader, type MessageSink } from "../http/message-reader.ts";
import { SocketWriter } from "../http/socket-writer.ts";
import { benchWires } from "../plan/lane.ts";
import { allStreamKinds, modelId } from "../plan/shape.ts";
import { lastRequestPath, type RecordedRequest } from "./recorded-request.ts";
import { jsonResponse, reply } from "./reply.ts";
import { type Route, routeOf } from "./route.ts";
import { StreamPacer, type StreamTarget } from "./stream-pacer.ts";

/** A running mock upstream. */
export interface MockUpstream {
  readonly port: number;
  stop(): void;
}

interface LastRequest {
  head: string;
  body: Buffer;
}

/**
 * A vendor that answers at once with prebuilt bytes, in every protocol of `benchWires`, plain or streamed. The model id
 * of the request says how many chunks and at which pace. On raw sockets, so that it is never what limits a measurement.
 */
export function startMockUpstream(port: number): MockUpstream {
  const pacer = new StreamPacer();
  const last: LastRequest = { head: "", body: Buffer.alloc(0) };
  const server = Bun.listen<Exchange>({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => {
        socket.data = new Exchange(socket, pacer, last);
      },
      data: (socket, bytes) => socket.data.reader.push(bytes),
      drain: (socket) => socket.data.drain(),
      close: (socket) => pacer.stop(socket.data),
      error: (socket) => pacer.stop(socket.data),
    },
  });
  return { port: server.port, stop: () => server.stop(true) };
}

class Exchange implements MessageSink, StreamTarget {
  readonly reader = new MessageReader(this);
  readonly #socket: Socket<Exchange>;
  readonly #writer = new SocketWriter();
  readonly #pacer: StreamPacer;
  readonly #last: LastRequest;
  #head = "";
  #pieces: Buffer[] = [];

  constructor(socket: Socket<Exchange>, pacer: StreamPacer, last: LastRequest) {
    this.#socket = socket;
    this.#pacer = pacer;
    this.#last = last;
  }

  head(text: string): void {
    this.#head = text;
    this.#pieces = [];
  }

  body(piece: Buffer): void {
    this.#pieces.push(Buffer.from(piece));
  }

  end(): void {
    const target = this.#head.split(" ", 2)[1] ?? "/";
    const body =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
    if (target === lastRequestPath) {
      const record: RecordedRequest = { head: this.#last.head, body: this.#last.body.toString() };
      this.write(jsonResponse(200, JSON.stringify(record)));
      return;
    }
    const route = routeOf(target, body);
    if (route !== undefined) this.#answer(route, body);
    else if (target.split("?", 1)[0]?.endsWith("/models")) this.write(modelList());
    else this.write(jsonResponse(404, JSON.stringify({ error: { message: `nothing at ${target}` } })));
  }

  write(bytes: Buffer): void {
    this.#writer.write(this.#socket, bytes);
  }

  drain(): void {
    this.#writer.drain(this.#socket);
  }

  #answer({ protocol, stream, includeUsage, kind }: Route, body: Buffer): void {
    this.#last.head = this.#head;
    this.#last.body = body;
    if (kind === undefined) {
      this.write(jsonResponse(404, JSON.stringify({ error: { message: "no such model" } })));
      return;
    }
    const made = reply({ protocol, chunks: kind.chunks, includeUsage });
    if (stream) this.#pacer.start(this, made, kind.pace);
    else this.write(made.json);
  }
}

function modelList(): Buffer {
  const ids = benchWires.flatMap((wire) => allStreamKinds.map((kind) => modelId(wire, kind)));
  const data = ids.map((id) => ({
    id,
    object: "model",
    type: "model",
    display_name: id,
    created: 1_760_000_000,
    created_at: "2026-01-01T00:00:00Z",
  }));
  return jsonResponse(200, JSON.stringify({ object: "list", data, has_more: false }));
}
