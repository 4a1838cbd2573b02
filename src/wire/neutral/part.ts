import type { ProtocolId } from "./protocol-id.ts";

/** A request to cache the prompt up to and including the part that carries it. */
export interface CacheMarker {
  readonly ttl: "5m" | "1h" | "30m";
}

/** Where the bytes of an image, audio clip or file are. `data` is base64 without a `data:` prefix. */
export type MediaSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "base64"; readonly mediaType: string; readonly data: string }
  /** A file the vendor keeps; the id means something to the vendors of `protocol` only. */
  | { readonly kind: "file-id"; readonly fileId: string; readonly protocol: ProtocolId };

/**
 * Who produced opaque state (a signature, encrypted reasoning). It may be replayed only to a vendor that speaks the
 * same protocol; anything else would refuse it.
 */
export interface Origin {
  readonly protocol: ProtocolId;
}

/**
 * A signature a vendor put on a text or a call itself (Gemini's thought signatures): it goes back on this very part, so a
 * text with one is not merged with its neighbours and may be empty.
 */
export interface Signed {
  /** Opaque; kept byte for byte. */
  readonly signature?: string;
  /** Whose signature it is; present with one. */
  readonly origin?: Origin;
}

/** Plain text of any role. */
export interface TextPart extends Signed {
  readonly type: "text";
  readonly text: string;
  readonly cache?: CacheMarker;
  /** Citations exactly as the vendor wrote them. */
  readonly citations?: VendorValue;
}

/** A picture the model looks at. */
export interface ImagePart {
  readonly type: "image";
  readonly source: MediaSource;
  readonly detail?: "auto" | "low" | "high" | "original";
  readonly cache?: CacheMarker;
}

/** Sound the model listens to. */
export interface AudioPart {
  readonly type: "audio";
  /** `format` is the container, e.g. `wav` or `mp3`. */
  readonly source: MediaSource;
  readonly format: string;
  readonly cache?: CacheMarker;
}

/** A document: a PDF, a text file, or anything else that is not an image or audio. */
export interface FilePart {
  readonly type: "file";
  readonly source: MediaSource | { readonly kind: "text"; readonly mediaType: string; readonly text: string };
  readonly filename?: string;
  /** What the model is told about the document beside its title (Anthropic `context`). */
  readonly context?: string;
  /** The vendor may cite this document. */
  readonly citations?: boolean;
  readonly cache?: CacheMarker;
}

/** Reasoning the vendor shows, with what proves that it is the vendor's own. */
export interface ThinkingPart {
  readonly type: "thinking";
  readonly text: string;
  /** Opaque; kept byte for byte. Absent when the vendor does not sign its reasoning. */
  readonly signature?: string;
  /** Absent when the text came from a client that did not say whose it is: then it is replayed to nobody. */
  readonly origin?: Origin;
}

/** Reasoning the vendor hides: only it can read `data`, and wants it back unchanged. */
export interface RedactedThinkingPart {
  readonly type: "redacted_thinking";
  /** Opaque; kept byte for byte. */
  readonly data: string;
  readonly origin?: Origin;
}

/** The model asks the caller to run one of its tools. */
export interface ToolCallPart extends Signed {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it (may be invalid when it was cut); free text for `kind: "custom"`. */
  readonly arguments: string;
  readonly kind: "function" | "custom";
  readonly cache?: CacheMarker;
}

/** What the caller's tool answered to the call with `toolCallId`. */
export interface ToolResultPart {
  readonly type: "tool_result";
  readonly toolCallId: string;
  readonly content: readonly (TextPart | ImagePart | FilePart | OpaquePart)[];
  readonly isError: boolean;
  readonly cache?: CacheMarker;
}

/** The model says that it will not answer, in words. */
export interface RefusalPart {
  readonly type: "refusal";
  readonly text: string;
}

/** A value of one protocol for which the neutral tree has no word, e.g. a server tool's result. */
export interface VendorValue {
  readonly protocol: ProtocolId;
  readonly value: unknown;
}

/** A content block only its own protocol understands; replayed unchanged there, a loss elsewhere. */
export interface OpaquePart extends VendorValue {
  readonly type: "opaque";
  /** The vendor's own name of the block, for the loss. */
  readonly name: string;
}

/** Instructions before the first turn, with the authority they were given. */
export type SystemPart = TextPart & { readonly role: "system" | "developer" };
/** What a user turn may hold. */
export type UserPart = TextPart | ImagePart | AudioPart | FilePart | OpaquePart;
/** What a model's turn may hold, in the order it was produced. */
export type AssistantPart =
  | TextPart
  | ThinkingPart
  | RedactedThinkingPart
  | ToolCallPart
  | RefusalPart
  | OpaquePart;
