import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart, Signed } from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import type { WirePart } from "./schema.ts";
import { type StateKind, wrapState } from "./state-envelope.ts";

/** A part of an answer as a client of this protocol gets it; undefined when it says nothing. */
export function encodeAnswerPart(part: AssistantPart): WirePart | undefined {
  switch (part.type) {
    case "text": {
      const signature = signatureField(part, "part");
      return part.text === "" && signature.thoughtSignature === undefined
        ? undefined
        : { text: part.text, ...signature };
    }
    case "refusal":
      return part.text === "" ? undefined : { text: part.text };
    case "thinking":
      return { text: part.text, thought: true, ...signatureField({ signature: "", ...part }, "thinking") };
    case "redacted_thinking":
      return { text: "", thought: true, ...signatureField({ ...part, signature: part.data }, "redacted") };
    case "tool_call": {
      const args = part.kind === "custom" ? { input: part.arguments } : toToolInput(part.arguments).input;
      return {
        functionCall: { ...(part.id !== "" && { id: part.id }), name: part.name, args },
        ...signatureField(part, "part"),
      };
    }
    case "opaque":
      return part.protocol === "gemini" && isObject(part.value) ? part.value : undefined;
  }
}

/** Even without a signature, an envelope says whose a thought is, so that it finds its way back. */
function signatureField(
  { signature, origin }: Signed,
  kind: StateKind,
): { readonly thoughtSignature?: string } {
  if (signature === undefined || origin === undefined) return {};
  const wrapped = wrapState({ state: signature, origin, kind });
  return wrapped === "" ? {} : { thoughtSignature: wrapped };
}
