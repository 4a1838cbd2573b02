import type { ClientAnswer } from "../model/answer.ts";
import { nothing } from "../model/answer.ts";
import type { Ask } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";
import type { SurfaceAdapter } from "../surfaces/surface.ts";

/** Where a request goes. */
export interface SendContext {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly surface: SurfaceAdapter;
  readonly stream: boolean;
  readonly earlier: readonly Exchange[];
  /** An address that must never be called; stands in for `{trap}` in bodies. */
  readonly trapUrl: string;
  /** How long the vendor will be silent, in milliseconds. */
  readonly silence: number;
}

/** A request on its way. */
export interface Sent {
  readonly answer: Promise<ClientAnswer>;
  /** Leaves without waiting for the answer. */
  hangUp(): void;
  /** Resolves when the first bytes of the answer have arrived. */
  readonly begun: Promise<void>;
}

/** A gateway that has not answered by now never will, in milliseconds. */
const patience = 20_000;

/** Sends what a client asks, in its dialect, and reads the answer as the client would. */
export function sendAsk(ask: Ask, context: SendContext): Sent {
  const { surface, stream } = context;
  const http = ask.http ?? {};
  const model = http.model === undefined ? context.model : http.model;
  const { path, body } = surface.write(ask, { model, stream, earlier: context.earlier });
  const text = (http.body ?? JSON.stringify(body)).replaceAll("{trap}", context.trapUrl);
  const controller = new AbortController();
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const sentAt = performance.now();
  let headers = new Headers();
  let status = 0;
  const answer = (async () => {
    const response = await fetch(context.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...surface.headers(http.key ?? context.key),
        ...(http.gzip === true && { "content-encoding": "gzip" }),
        ...http.headers,
      },
      body: http.gzip === true ? Bun.gzipSync(text) : text,
      signal: AbortSignal.any([controller.signal, AbortSignal.timeout(patience + context.silence)]),
    });
    ({ headers, status } = response);
    return readAnswer(response, { surface, begin, sentAt });
  })();
  return {
    answer: answer.catch((error: unknown) => unread(error, { headers, status })),
    hangUp: () => controller.abort(),
    begun,
  };
}

async function readAnswer(
  response: Response,
  { surface, begin, sentAt }: { surface: SurfaceAdapter; begin: () => void; sentAt: number },
): Promise<ClientAnswer> {
  const chunks: Uint8Array[] = [];
  const arrivals = [performance.now() - sentAt];
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    arrivals.push(performance.now() - sentAt);
    begin();
  }
  begin();
  const raw = Buffer.concat(chunks).toString();
  const isWhole = response.headers.get("content-type")?.includes("json") === true;
  const read =
    isWhole || response.status >= 400 ? surface.readWhole(response.status, raw) : surface.readStream(raw);
  return { ...read, status: response.status, headers: response.headers, raw, arrivals };
}

/** Nothing could be read: the connection broke, or the client left. */
function unread(error: unknown, head: Pick<ClientAnswer, "headers" | "status">): ClientAnswer {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    ...nothing,
    ...head,
    raw: "",
    arrivals: [],
    violations: [`the answer could not be read to its end (${why})`],
  };
}
