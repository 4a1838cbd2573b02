import { requestBytes } from "../payload/request-bytes.ts";
import { ClientConnection, type ReplyTimes } from "./client-connection.ts";
import type { LoadSpec } from "./load-spec.ts";
import { ReplyCheck } from "./reply-check.ts";

/** One answer: its times, and what is wrong with it. */
export interface Answer extends ReplyTimes {
  readonly problem: string | undefined;
}

/** One connection that sends the load's request over and over and judges every answer. */
export class LoadClient {
  readonly #request: Buffer;
  readonly #check: ReplyCheck;
  readonly #connection: ClientConnection;

  private constructor(spec: LoadSpec, request: Buffer, gaps: number[] | undefined) {
    this.#request = request;
    this.#check = new ReplyCheck(spec.lane.surface, spec.shape);
    this.#connection = new ClientConnection(spec.port, this.#check, gaps && ((ms) => gaps.push(ms)));
  }

  /** Opens `count` connections that share one request's bytes; the gaps between their answers' pieces are added to `gaps`. */
  static async open(spec: LoadSpec, count: number, gaps?: number[]): Promise<LoadClient[]> {
    const request = requestBytes(spec);
    const clients = Array.from({ length: count }, () => new LoadClient(spec, request, gaps));
    // In groups: thousands of handshakes at once would overflow the listener's queue.
    for (let at = 0; at < clients.length; at += 64) {
      await Promise.all(clients.slice(at, at + 64).map((one) => one.#connection.open()));
    }
    return clients;
  }

  /** Connections the server closed between two requests. */
  get reconnects(): number {
    return this.#connection.opened - 1;
  }

  send(done: (answer: Answer) => void): void {
    this.#connection.send(this.#request, (times) =>
      done({ ...times, problem: times.broken ?? this.#check.problem() }),
    );
  }

  close(): void {
    this.#connection.close();
  }
}
