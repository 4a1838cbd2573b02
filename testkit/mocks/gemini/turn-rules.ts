import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { GeminiModel } from "./models.ts";
import type { Content, GenerateRequest, Part } from "./schema.ts";
import { isSigned, isSkipped } from "./signature.ts";

const kinds = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
] as const;

export interface ContentRules {
  readonly model: GeminiModel;
  /** The signature of an empty text may stand on any text. */
  readonly mergedTexts: boolean;
}

/** Rules about the conversation itself. */
export function checkContents(
  request: GenerateRequest,
  { model, mergedTexts }: ContentRules,
): VendorAnswer | undefined {
  const { contents } = request;
  if (contents.length === 0) return invalid("* GenerateContentRequest.contents: contents is not specified");
  return (
    parts(contents) ??
    ends(contents, model) ??
    pairing(contents) ??
    signatures(contents, { model, mergedTexts })
  );
}

function parts(contents: readonly Content[]): VendorAnswer | undefined {
  for (const [i, content] of contents.entries()) {
    const at = `GenerateContentRequest.contents[${i}]`;
    if ((content.parts ?? []).length === 0)
      return invalid(`* ${at}.parts: contents.parts must not be empty.`);
    for (const part of content.parts ?? []) {
      const data = kinds.filter((kind) => part[kind] !== undefined);
      if (data.length !== 1)
        return invalid(`* ${at}.parts: required oneof field 'data' must have one initialized field`);
      if (part.text === "" && part.thoughtSignature === undefined)
        return invalid("Unable to submit request because it must have a text parameter that is not empty.");
    }
  }
  return undefined;
}

function ends(contents: readonly Content[], model: GeminiModel): VendorAnswer | undefined {
  if ((contents[0]?.role ?? "user") !== "user") {
    return invalid("Please ensure that multiturn requests begin with a user turn");
  }
  if (contents.at(-1)?.role !== "model" || model.generation < 4) return undefined;
  return invalid("Please ensure that multiturn requests end with a user turn or a function response.");
}

function calls(content: Content | undefined): readonly Part[] {
  if (content?.role !== "model") return [];
  return (content.parts ?? []).filter(({ functionCall }) => functionCall !== undefined);
}

function responses(content: Content | undefined): readonly Part[] {
  return (content?.parts ?? []).filter(({ functionResponse }) => functionResponse !== undefined);
}

function pairing(contents: readonly Content[]): VendorAnswer | undefined {
  for (const [i, content] of contents.entries()) {
    const asked = calls(content);
    if (asked.length > 0 && i > 0 && contents[i - 1]?.role === "model") {
      return invalid(
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      );
    }
    const before = calls(contents[i - 1]);
    const answered = responses(content);
    if (before.length !== answered.length) {
      return invalid(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    }
    for (const [j, { functionResponse: response }] of answered.entries()) {
      const call = before[j]?.functionCall;
      const named = response?.id === undefined || call?.id === undefined || response.id === call.id;
      if (response?.name !== call?.name || !named) {
        return invalid("Please ensure that function responses are in the order of their function calls.");
      }
    }
    if (i === contents.length - 1 && asked.length > 0)
      return invalid("Please ensure that a function call turn is followed by a function response turn.");
  }
  return undefined;
}

/** Calls since the last turn of the user must carry the signature they came with, the first of each step at least. */
function signatures(
  contents: readonly Content[],
  { model, mergedTexts }: ContentRules,
): VendorAnswer | undefined {
  if (model.generation < 3) return undefined;
  const begun = contents.findLastIndex(
    (content) => content.role !== "model" && responses(content).length < (content.parts ?? []).length,
  );
  for (const [i, content] of contents.entries()) {
    for (const [j, part] of (content.parts ?? []).entries()) {
      const signature = part.thoughtSignature;
      if (signature === undefined || isSkipped(signature) || isSigned(subjectOf(part), signature)) continue;
      if (!(mergedTexts && part.text !== undefined && isSigned(subjectOf({ text: "" }), signature))) {
        return invalid(`Corrupted thought signature in content block ${i}, part ${j}.`);
      }
    }
    const [first] = calls(content);
    if (i < begun || first === undefined || first.thoughtSignature !== undefined) continue;
    return invalid(
      `Function call \`${first.functionCall?.name}\` in the ${i}. content block is missing a \`thought_signature\`.`,
    );
  }
  return undefined;
}

/** What a signature binds: the call, or the text. */
export function subjectOf({ functionCall, text }: Part): string {
  return functionCall === undefined
    ? `text ${text}`
    : JSON.stringify([functionCall.name, functionCall.args ?? {}]);
}
