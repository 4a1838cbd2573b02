import { toToolInput } from "../json/tool-input.ts";
import type {
  AssistantPart,
  Origin,
  TextPart,
  ToolCallPart,
  UserPart,
  VendorValue,
} from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import { isMadeUp } from "./call-id.ts";
import { encodeMedia } from "./encode-media.ts";
import type { PartPlace } from "./encode-scope.ts";
import { geminiOrigin, type WirePart } from "./schema.ts";

/** A part of a user's turn; undefined when nothing of it can be sent. */
export function encodeUserPart(part: UserPart, at: PartPlace): WirePart | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "image":
    case "audio":
    case "file":
      return encodeMedia(part, at);
    case "opaque":
      return encodeOpaque(part, at);
  }
}

/** A part of a model's turn; undefined when it cannot be sent. */
export function encodeAssistantPart(part: AssistantPart, at: PartPlace): WirePart | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "refusal":
      return encodeText({ type: "text", text: part.text }, at);
    case "opaque":
      return encodeOpaque(part, at);
    case "tool_call":
      return encodeCall(part, at);
    case "thinking":
      // A thought is nobody else's: another vendor's would be read as the model's own.
      if (!isOwn(part.origin)) break;
      return part.text === "" && part.signature === undefined
        ? undefined
        : {
            text: part.text,
            thought: true,
            ...(part.signature !== undefined && { thoughtSignature: part.signature }),
          };
    case "redacted_thinking":
      break;
  }
  at.scope.losses.add(at.path.replace(/\.content\[\d+\]$/, ".thinking"), "dropped");
  return undefined;
}

/** An empty text is refused unless it carries a signature. */
export function encodeText(part: TextPart, at: PartPlace): WirePart | undefined {
  const { losses } = at.scope;
  if (part.cache !== undefined) losses.add(`${at.path}.cache_control`, "dropped");
  // Sources are what the vendor found for its answer; they are not sent back.
  if (part.citations !== undefined && part.citations.protocol !== "gemini") {
    losses.add(`${at.path}.citations`, "dropped");
  }
  const thoughtSignature = encodeSignature(part, at);
  if (thoughtSignature !== undefined) return { text: part.text, thoughtSignature };
  return part.text === "" ? undefined : { text: part.text };
}

function encodeCall(part: ToolCallPart, at: PartPlace): WirePart {
  const { losses } = at.scope;
  const { input, wrapped } =
    part.kind === "custom"
      ? { input: { input: part.arguments }, wrapped: false }
      : toToolInput(part.arguments);
  if (wrapped) losses.add(`${at.path}.arguments`, "emulated");
  if (part.cache !== undefined) losses.add(`${at.path}.cache_control`, "dropped");
  return {
    functionCall: { id: isMadeUp(part.id) ? undefined : part.id, name: part.name, args: input },
    thoughtSignature: encodeSignature(part, at),
  };
}

function encodeSignature({ signature, origin }: TextPart | ToolCallPart, at: PartPlace): string | undefined {
  if (signature === undefined || isOwn(origin)) return signature;
  at.scope.losses.add(`${at.path}.signature`, "dropped");
  return undefined;
}

function isOwn(origin: Origin | undefined): boolean {
  return origin?.protocol === geminiOrigin.protocol;
}

function encodeOpaque(part: VendorValue & { readonly name: string }, at: PartPlace): WirePart | undefined {
  if (part.protocol === "gemini" && isObject(part.value)) return part.value;
  at.scope.losses.add(`${at.path}.${part.name}`, "dropped");
  return undefined;
}
