import { PenstockError } from "../errors/penstock-error.ts";
import type { EgressGuard } from "./egress-guard.ts";
import { guardedFetch } from "./guarded-fetch.ts";

export interface FetchMediaOptions {
  readonly signal: AbortSignal;
  /** Told of every piece before it is kept; ends the fetch by throwing. */
  readonly take: (bytes: number) => void;
  /** Told of every host before it is asked, those of redirects too; ends the fetch by throwing. */
  readonly admit: (host: string) => void;
}

export interface FetchedMedia {
  readonly bytes: Uint8Array;
  /** The content type that was declared, without parameters, in lower case. */
  readonly mediaType: string | undefined;
}

/** Images are often moved once or twice, from a name to a store. */
const maxRedirects = 3;

/**
 * The bytes behind a URL of a request. Errors tell neither addresses nor anything of the answer's body.
 *
 * @throws PenstockError `egress_refused`, or `media_unavailable` with the reason; whatever `take` throws.
 */
export async function fetchMedia(
  guard: EgressGuard,
  url: string,
  { signal, take, admit }: FetchMediaOptions,
): Promise<FetchedMedia> {
  const { response, body } = await open(guard, url, { signal, admit });
  const chunks: Uint8Array[] = [];
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      take(value.length);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof PenstockError) throw error;
    throw unavailable("the answer was cut off", error);
  }
  const mediaType = response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  return { bytes: Buffer.concat(chunks), mediaType: mediaType === "" ? undefined : mediaType };
}

async function open(
  guard: EgressGuard,
  url: string,
  { signal, admit }: Pick<FetchMediaOptions, "signal" | "admit">,
) {
  const response = await guardedFetch(guard, url, {
    headers: { accept: "*/*", "user-agent": "penstock" },
    signal,
    redirects: maxRedirects,
    admit,
    target: "the host of that URL",
  }).catch((error: unknown) => {
    if (error instanceof PenstockError) throw error;
    throw unavailable("the server could not be reached", error);
  });
  const { body } = response;
  if (response.ok && body !== null) return { response, body };
  body?.cancel().catch(() => {});
  if (response.ok) throw unavailable("the answer is empty");
  const redirect = response.status >= 300 && response.status < 400;
  throw unavailable(redirect ? "it redirects too often" : `its server answered ${response.status}`);
}

function unavailable(reason: string, cause?: unknown): PenstockError {
  return new PenstockError("media_unavailable", { fields: { reason }, cause });
}
