import { PenstockError } from "../errors/penstock-error.ts";
import type { ModelTraits } from "../wire/neutral/model-traits.ts";
import type { AudioPart, FilePart, ImagePart, ToolResultPart, UserPart } from "../wire/neutral/part.ts";
import type { Message, NeutralRequest } from "../wire/neutral/request.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { FetchMedia } from "./engine-context.ts";
import { ClientGone } from "./send.ts";
import { sniffMediaType } from "./sniff-media-type.ts";

const mebibyte = 1024 * 1024;

/** What one request may make this server fetch. */
export const mediaLimits = {
  bytesEach: 20 * mebibyte,
  bytesInAll: 40 * mebibyte,
  count: 20,
  atOnce: 4,
  milliseconds: 10_000,
} as const;

export interface InlineOptions {
  readonly wire: Protocol;
  readonly traits: ModelTraits;
  readonly fetchMedia: FetchMedia;
  /** Whether the org's admins let this host be called. */
  readonly allowsHost: (host: string) => boolean;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  readonly limits?: { readonly [name in keyof typeof mediaLimits]: number };
}

type MediaPart = ImagePart | AudioPart | FilePart;
type AnyPart = UserPart | ToolResultPart["content"][number];

interface Wanted {
  readonly part: MediaPart;
  readonly url: string;
  /** In the neutral tree, as encoders name it. */
  readonly path: string;
}

/**
 * The request with the bytes of everything that the wire cannot take by its URL; the same object when there is nothing.
 *
 * @throws PenstockError `media_unavailable` or `egress_refused` (400) naming the part.
 * @throws ClientGone when the client left meanwhile.
 */
export async function inlineMedia(request: NeutralRequest, options: InlineOptions): Promise<NeutralRequest> {
  const wanted = findMedia(request.messages, options);
  if (wanted.length === 0) return request;
  const { count, milliseconds } = options.limits ?? mediaLimits;
  const extra = wanted[count];
  if (extra !== undefined) throw unusable(extra.path, `more than ${count} URLs would have to be fetched`);
  const late = AbortSignal.timeout(milliseconds);
  try {
    const fetched = await fetchAll(wanted, options, late);
    return { ...request, messages: request.messages.map((message) => withMedia(message, fetched)) };
  } catch (error) {
    if (options.signal.aborted) throw new ClientGone();
    throw error;
  }
}

function findMedia(messages: readonly Message[], { wire, traits }: InlineOptions): readonly Wanted[] {
  const found: Wanted[] = [];
  if (wire.inlineMedia === undefined) return found;
  const visit = (parts: readonly AnyPart[], path: string) => {
    for (const [j, part] of parts.entries()) {
      if (part.type === "text" || part.type === "opaque" || part.source.kind !== "url") continue;
      if (wire.inlineMedia?.(part.source, traits) !== true) continue;
      found.push({ part, url: part.source.url, path: `${path}.content[${j}]` });
    }
  };
  for (const [i, message] of messages.entries()) {
    const path = `messages[${i}]`;
    if (message.role === "user") visit(message.parts, path);
    if (message.role !== "tool") continue;
    for (const [j, result] of message.parts.entries()) visit(result.content, `${path}.content[${j}]`);
  }
  return found;
}

async function fetchAll(
  wanted: readonly Wanted[],
  options: InlineOptions,
  late: AbortSignal,
): Promise<ReadonlyMap<AnyPart, MediaPart>> {
  const limits = options.limits ?? mediaLimits;
  const fetched = new Map<AnyPart, MediaPart>();
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, late, failed.signal]);
  const queue = wanted.values();
  let inAll = 0;

  const one = async ({ part, url, path }: Wanted): Promise<void> => {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
    if (scheme !== "http" && scheme !== "https") {
      throw unusable(
        path,
        `the model's vendor does not read \`${scheme ?? ""}:\` URLs, and neither does this server`,
      );
    }
    const admit = (host: string) => {
      if (!options.allowsHost(host))
        throw unusable(path, "its host is not among those the organization allows");
    };
    admit(URL.parse(url)?.hostname ?? "");
    let each = 0;
    const take = (bytes: number) => {
      each += bytes;
      inAll += bytes;
      if (each > limits.bytesEach) throw unusable(path, `it is larger than ${inMebibytes(limits.bytesEach)}`);
      if (inAll > limits.bytesInAll) {
        throw unusable(
          path,
          `the media of this request are larger than ${inMebibytes(limits.bytesInAll)} in all`,
        );
      }
    };
    try {
      signal.throwIfAborted();
      const { bytes, mediaType } = await options.fetchMedia(url, { signal, take, admit });
      fetched.set(part, inlined(part, { bytes, declared: mediaType, url, path, wire: options.wire }));
    } catch (error) {
      if (late.aborted) throw unusable(path, `it did not arrive within ${limits.milliseconds / 1000} s`);
      throw located(error, path);
    }
  };
  // Each worker takes the next part of the one queue; the first failure ends them all.
  const work = async () => {
    for (const item of queue) await one(item);
  };
  try {
    await Promise.all(Array.from({ length: limits.atOnce }, work));
  } catch (error) {
    failed.abort();
    throw error;
  }
  return fetched;
}

interface Arrived {
  readonly bytes: Uint8Array;
  readonly declared: string | undefined;
  readonly url: string;
  readonly path: string;
  readonly wire: Protocol;
}

function inlined(part: MediaPart, { bytes, declared, url, path, wire }: Arrived): MediaPart {
  const mediaType = sniffMediaType(bytes, declared);
  if (mediaType === undefined) throw unusable(path, "it holds nothing that can be recognized");
  const kind = mediaType.split("/", 1)[0];
  if (part.type !== "file" && kind !== part.type)
    throw unusable(path, `it is ${mediaType}, not ${part.type}`);
  const binary = kind === "image" || kind === "audio" || kind === "video" || mediaType === "application/pdf";
  if (binary && wire.inlineTypes?.has(mediaType) === false) {
    throw unusable(path, `it is ${mediaType}, which the model's vendor does not take`);
  }
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const source = { kind: "base64", mediaType, data } as const;
  if (part.type === "audio")
    return { ...part, source, format: mediaType === "audio/mpeg" ? "mp3" : mediaType.slice(6) };
  if (part.type === "file") return { ...part, source, filename: part.filename ?? nameOf(url) };
  return { ...part, source };
}

/** What the document is called where it comes from, in letters every vendor takes. */
function nameOf(url: string): string {
  const last = URL.parse(url)?.pathname.split("/").at(-1) ?? "";
  const name = last
    .replace(/%[0-9a-f]{2}/gi, "-")
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/\.(?=.*\.)/g, "-")
    .replace(/^[-.]+/, "")
    .slice(-100);
  return /^[^.]/.test(name) ? name : "document";
}

function withMedia(message: Message, fetched: ReadonlyMap<AnyPart, MediaPart>): Message {
  if (message.role === "user") {
    return { ...message, parts: message.parts.map((part) => fetched.get(part) ?? part) };
  }
  if (message.role !== "tool") return message;
  const inResult = (part: ToolResultPart["content"][number]) => {
    const media = fetched.get(part);
    return media === undefined || media.type === "audio" ? part : media;
  };
  return {
    ...message,
    parts: message.parts.map((result) => ({ ...result, content: result.content.map(inResult) })),
  };
}

/** The fetcher knows why, but not which part of the request it was asked for. */
function located(error: unknown, path: string): unknown {
  if (!(error instanceof PenstockError) || error.param !== undefined) return error;
  const fields = { ...error.fields, field: path };
  return new PenstockError(error.code, { fields, status: 400, param: path, cause: error });
}

function unusable(path: string, reason: string): PenstockError {
  return new PenstockError("media_unavailable", { fields: { field: path, reason }, param: path });
}

function inMebibytes(bytes: number): string {
  return `${bytes / mebibyte} MiB`;
}
