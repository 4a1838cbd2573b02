import type { HeaderReader } from "../wire/header-reader.ts";

/** A vendor's answer whose head has arrived: as much of a `Response` as calls of models need, so that it need not be one. */
export interface UpstreamAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: HeaderReader;
  /** Null: it has none. */
  readonly body: UpstreamAnswerBody | null;
  /** The whole body. */
  bytes(): Promise<Uint8Array>;
}

export interface UpstreamAnswerBody {
  getReader(): UpstreamAnswerReader;
  /** No more of it is wanted. */
  cancel(): Promise<void>;
}

export interface UpstreamAnswerReader {
  read(): Promise<
    | { readonly done: false; readonly value: Uint8Array }
    | { readonly done: true; readonly value?: Uint8Array | undefined }
  >;
  cancel(): Promise<void>;
}

/** The same as a `Response`, for drivers, which are asked for tokens and know nothing else. */
export function asResponse(answer: UpstreamAnswer): Response {
  if (answer instanceof Response) return answer;
  const reader = answer.body?.getReader();
  const body =
    reader === undefined
      ? null
      : new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: () => reader.cancel(),
        });
  const { status } = answer;
  const headers = [...answer.headers.keys()].map((name): [string, string] => [
    name,
    answer.headers.get(name) ?? "",
  ]);
  return new Response(withoutBody.has(status) ? null : body, { status, headers });
}

/** Statuses with which `Response` takes no body. */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);
