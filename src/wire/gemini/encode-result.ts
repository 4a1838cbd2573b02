import type { ToolResultPart } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { isMadeUp } from "./call-id.ts";
import { encodeUserPart } from "./encode-parts.ts";
import type { PartPlace } from "./encode-scope.ts";
import type { WirePart } from "./schema.ts";

/** A function's response, and what of it has to follow in a turn of the user. */
export interface EncodedResult {
  readonly part: WirePart;
  readonly moved: readonly WirePart[];
}

/** What a tool answered to the call `name`; the API finds it by name and order where the id is not its own. */
export function encodeResult(part: ToolResultPart, at: PartPlace & { readonly name: string }): EncodedResult {
  const { path, scope, name } = at;
  const texts: string[] = [];
  const media: WirePart[] = [];
  part.content.forEach((inner, k) => {
    if (inner.type === "text") texts.push(inner.text);
    const encoded = encodeUserPart(inner, { path: `${path}.content[${k}]`, scope });
    if (inner.type !== "text" && encoded !== undefined) media.push(encoded);
  });
  if (part.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
  // Only bytes are taken inside a response.
  const inside =
    scope.traits.mediaInToolResults === true
      ? media.filter(({ inlineData }) => inlineData !== undefined)
      : [];
  const moved = media.filter((entry) => !inside.includes(entry));
  if (moved.length > 0) scope.losses.add(`${path}.content`, "emulated");
  return {
    part: {
      functionResponse: {
        ...(!isMadeUp(part.toolCallId) && { id: part.toolCallId }),
        name,
        response: encodeResponse(texts.join(""), part.isError),
        ...(inside.length > 0 && { parts: inside.map(({ mediaResolution: _, ...bytes }) => bytes) }),
      },
    },
    moved: moved.length === 0 ? [] : [{ text: `Content of the result of \`${name}\`:` }, ...moved],
  };
}

/** The API takes an object only; under `output` and `error` the model looks for a text. */
function encodeResponse(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  if (text.trimStart().startsWith("{")) {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // A text that only looks like an object.
    }
  }
  return { output: text };
}
