import type { PenstockError } from "../errors/penstock-error.ts";
import type { EmbeddingSurface, EmbeddingWire } from "./embeddings/embedding-protocol.ts";
import type { HeaderReader } from "./header-reader.ts";
import type { Edit } from "./json/edit-body.ts";
import type { TopLevel } from "./json/top-level.ts";
import type { NeutralEvent } from "./neutral/event.ts";
import type { LossList } from "./neutral/loss.ts";
import type { ModelTraits } from "./neutral/model-traits.ts";
import type { MediaSource } from "./neutral/part.ts";
import type { ProtocolId } from "./neutral/protocol-id.ts";
import type { NeutralRequest } from "./neutral/request.ts";
import type { NeutralResponse } from "./neutral/response.ts";
import type { ToolNameRule } from "./neutral/tool-names.ts";
import type { Usage } from "./neutral/usage.ts";
import type { VendorError } from "./neutral/vendor-error.ts";
import type { Quirks } from "./quirks.ts";
import type { JsonObject } from "./read-json.ts";
import type { RelayMarks } from "./sse/relay-marks.ts";
import type { SseFrame } from "./sse/sse-framer.ts";
import type { StoredTurns } from "./stored-turns.ts";

export type { Quirks };

export interface EncodeRequestOptions {
  /** The model id the vendor knows. */
  readonly model: string;
  readonly traits: ModelTraits;
  readonly quirks: Quirks;
  readonly losses: LossList;
  /** What the client said in the wire's `betaHeader`. */
  readonly betas?: readonly string[];
}

/** Facts of the answer that the vendor's own reply may lack. All are passed in: translators have no clock. */
export interface AnswerContext {
  /** Used when the vendor gave no id; already in the surface's own form is not required. */
  readonly requestId: string;
  /** Unix seconds. */
  readonly created: number;
  /** The model name the caller asked for; the vendor's own name wins where it gives one. */
  readonly model: string;
  /** `openai-chat`: whether the caller asked for the usage chunk. */
  readonly includeUsage: boolean;
  /** Fields of the request that the answer repeats; see `Protocol.echoOf`. */
  readonly echo?: Readonly<Record<string, unknown>>;
}

/** Cuts a vendor's bytes into frames, however they arrive. */
export interface Framer {
  /** Appends the frames that `chunk` completes. Throws `upstream_malformed` for bytes that cannot be a frame. */
  push(chunk: Uint8Array, out: SseFrame[]): void;
  /** Appends what is left when the stream has ended. */
  end(out: SseFrame[]): void;
}

/** Vendor's bytes to events. One per stream; `decode` is called per frame, `end` once after the last byte. */
export interface StreamDecoder {
  /** Appends the events of one frame to `out`. Never throws: what cannot be understood becomes an `error` event. */
  decode(frame: SseFrame, out: NeutralEvent[]): void;
  /** Appends what is missing: open parts are ended; a stream without its terminal event gets an `error` event. */
  end(out: NeutralEvent[]): void;
  /** The answer is complete; only usage or an end mark may follow, for which nobody should wait long. */
  readonly finishing?: boolean;
}

/** Events to the bytes a client of this protocol expects. One per stream. */
export interface StreamEncoder {
  /** Text to send for this event; empty when there is nothing to say yet. */
  encode(event: NeutralEvent): string;
  /** The end of a begun stream by an error, where it depends on what was sent; else `encodeStreamError` says it. */
  encodeFailure?(error: PenstockError): string;
}

/** How a body must be changed before it is forwarded to a vendor of the same protocol, besides its model. */
export interface RelayPlan {
  readonly edits: readonly Edit[];
  /** The edits make the vendor report usage in a chunk of its own, which this client did not ask for. */
  readonly hideUsageChunk: boolean;
}

/**
 * Reads what metering needs from a stream that is forwarded untouched. It sees each complete SSE line's payload only
 * if the payload may matter (`interesting` says so on bytes, without parsing).
 */
export interface RelayReader {
  /** Payload of one `data:` line. */
  read(data: string): void;
  readonly usage: Usage | undefined;
  /** The terminal event was seen. */
  readonly finished: boolean;
  /** An error the vendor sent inside the stream. */
  readonly error: VendorError | undefined;
  /** False while the vendor may still refuse without having said anything; absent: any data is an answer. */
  readonly begun?: boolean;
  /** What a finished stream still lacks, to be sent after the vendor's last byte, e.g. `data: [DONE]`. */
  readonly missingEnd?: string;
  /** Whole events that were passed on to the client, for protocols whose next event depends on them. */
  passed?(events: Uint8Array): void;
  /** The end of a begun stream by an error, where it depends on what was passed on; else `encodeStreamError` says it. */
  encodeFailure?(error: PenstockError): string;
}

export interface EncodedError {
  readonly status: number;
  readonly body: string;
}

/**
 * One wire format, both ways: as the surface a client speaks to us, and as the wire a vendor speaks. All methods are
 * pure. Methods that read a client's input throw `PenstockError` (`invalid_request` with `param`); methods that read a
 * vendor's answer throw `PenstockError` (`upstream_malformed`, field `provider` filled by the engine).
 */
export interface Protocol {
  readonly id: ProtocolId;

  /** A client's parsed JSON body to the tree. Strict: an ill-typed or contradictory field is refused by name. */
  decodeRequest(body: unknown): NeutralRequest;
  /** Names of tools that the vendor accepts; others are changed before `encodeRequest` and restored in the answer. */
  readonly toolNameRule?: ToolNameRule;
  /** A header of clients, a list of features, that this wire carries in its body. */
  readonly betaHeader?: string;
  /** Whether the vendor takes only the bytes of such a source, so that it must be fetched before `encodeRequest`. */
  inlineMedia?(source: MediaSource, traits: ModelTraits): boolean;
  /** Types of pictures, sounds and PDFs the vendor takes as bytes; absent: whatever the model may take. */
  readonly inlineTypes?: ReadonlySet<string>;
  /** The tree to the JSON text the vendor gets. Deterministic: equal requests give equal bytes. */
  encodeRequest(request: NeutralRequest, options: EncodeRequestOptions): string;

  /** A vendor's parsed JSON answer to the tree. Lenient: unknown fields are ignored. */
  decodeResponse(body: unknown): NeutralResponse;
  /** The tree to the JSON text a client gets. */
  encodeResponse(response: NeutralResponse, context: AnswerContext): string;

  /** Whether a successful answer with this content type is a stream of this protocol. */
  isStream(contentType: string): boolean;
  createFramer(): Framer;
  createStreamDecoder(): StreamDecoder;
  createStreamEncoder(context: AnswerContext): StreamEncoder;

  /** The fields of a parsed request that this surface's answers repeat. */
  echoOf?(body: unknown): Readonly<Record<string, unknown>>;
  /** For surfaces whose clients refer to earlier answers by id. */
  readonly storedTurns?: StoredTurns;
  /** By which id a whole answer is kept by who made it, whether it is, and whether it is complete; undefined: it is no answer. */
  keptOf?(
    answer: unknown,
  ): { readonly id: string; readonly stored: boolean; readonly done: boolean } | undefined;

  /** A client's request to count tokens; absent where the surface has none. Needs no answer limit. */
  decodeCountRequest?(body: unknown): NeutralRequest;
  encodeTokenCount?(tokens: number): string;
  /** The tree as the vendor's own question for a count, and its answer; absent: it has none. */
  encodeCountRequest?(request: NeutralRequest, options: EncodeRequestOptions): string;
  decodeTokenCount?(body: unknown): number;

  /** How clients of this protocol ask for vectors; absent: they cannot. */
  readonly embeddingSurface?: EmbeddingSurface;
  /** How vendors of this protocol are asked for them; undefined for models that make none. */
  embeddingWire?(traits: ModelTraits): EmbeddingWire | undefined;

  /**
   * The body replays another vendor's opaque state, which only translation can take out, or lacks what the model wants of
   * its own. Called before a body would be forwarded.
   */
  holdsForeignState?(
    body: Uint8Array,
    of: { readonly quirks: Quirks; readonly traits: ModelTraits },
  ): boolean;
  /** Where a body names its model, for protocols whose paths do; absent: in the top-level field `model`. */
  modelEdits?(body: Uint8Array, scan: TopLevel, model: string): readonly Edit[];
  /**
   * For wires whose vendors encrypt reasoning for the account that got it: takes it out of a body that is forwarded to another
   * account. Absent: such state is good at every account.
   */
  dropState?(
    body: Uint8Array,
    scan: TopLevel,
  ): { readonly edits: readonly Edit[]; readonly fields: readonly string[] };
  /** The code by which vendors refuse such state of another account. */
  readonly foreignStateCode?: string;
  /** Absent: bodies are forwarded with nothing but the model changed. */
  relayPlan?(body: Uint8Array, scan: TopLevel, quirks: Quirks): RelayPlan;
  /** Usage in a complete answer that is forwarded untouched; undefined when it holds none. */
  readUsage(body: unknown): Usage | undefined;
  createRelayReader(): RelayReader;
  /** Whether the event of a `data:` payload answers anything, or the vendor may still fail unseen; absent: any does. */
  isContent?(event: JsonObject): boolean;
  /** Byte sequences one of which is in every `data:` payload the relay reader wants to see. */
  readonly relayMarks: RelayMarks;

  /** A vendor's failure: an answer that is not 2xx, with whatever body it had (JSON, HTML, nothing). */
  decodeError(status: number, headers: HeaderReader, body: string): VendorError;
  /** One of our errors in the shape a client of this protocol expects. */
  encodeError(error: PenstockError, requestId: string): EncodedError;
  /** The same inside a stream that has begun. */
  encodeStreamError(error: PenstockError, requestId: string): string;
  /** Sent while the vendor is silent; not an event that a client would take for content. */
  readonly keepalive: string;
}
