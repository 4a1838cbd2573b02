import { PenstockError } from "../../errors/penstock-error.ts";
import { errorResponse } from "../../gateway/error-response.ts";
import { formatId } from "../../plane/public-id.ts";
import { openaiChat } from "../../wire/openai-chat/protocol.ts";

/** Says whose request it is; whatever a client sends by that name is overwritten. */
const peerHeader = "x-penstock-worker-peer";
/** Of one connection, not of the message (RFC 9110 section 7.6.1). */
const hopHeaders = ["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te"];

export interface ForwardOptions {
  /** Where the other process listens. */
  readonly socket: string;
  /** Whose request it is. */
  readonly peer: string | undefined;
  /** Gives it up; the client's departure does in any case. */
  readonly signal?: AbortSignal;
}

/** What the primary answers, such as the REST API, asked for at the worker that the client happened to meet. */
export async function forward(request: Request, { socket, peer, signal }: ForwardOptions): Promise<Response> {
  const headers = withoutHopHeaders(request.headers);
  headers.set(peerHeader, peer ?? "");
  try {
    const answer = await fetch(request.url, {
      unix: socket,
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
      decompress: false,
      signal: signal === undefined ? request.signal : AbortSignal.any([request.signal, signal]),
      // Administration is rare, and a connection that is kept open would outlive the primary's patience at shutdown.
      keepalive: false,
    });
    return new Response(answer.body, { status: answer.status, headers: withoutHopHeaders(answer.headers) });
  } catch (cause) {
    const error = new PenstockError("shutting_down", { retryAfterMs: 1_000, cause });
    return errorResponse(error, openaiChat, formatId("req", Bun.randomUUIDv7("buffer")));
  }
}

/** Whose request came through the Unix socket; nobody but workers can write to that. */
export function peerOf(request: Request): string | undefined {
  return request.headers.get(peerHeader) || undefined;
}

function withoutHopHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of hopHeaders) kept.delete(name);
  return kept;
}
