import type { ModelTraits } from "../neutral/model-traits.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { envelopeStart } from "./state-envelope.ts";

const envelopeMark = Buffer.from(`"${envelopeStart}`);
const callMark = Buffer.from('"functionCall"');

/**
 * Whether a body replays what only translation can make fit: signatures that another protocol's vendor made, or, to a
 * model that checks signatures, calls of the current turn that nobody signed.
 */
export function holdsForeignState(body: Uint8Array, { traits }: { readonly traits: ModelTraits }): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.includes(envelopeMark)) return true;
  // Only a body with calls is worth a look inside.
  return checksSignatures(traits) && bytes.includes(callMark) && callsUnsigned(bytes);
}

/** Models guided by a level, Gemini 3 and later, refuse unsigned calls; older ones may not know the stand-in's word. */
export function checksSignatures({ reasoning }: ModelTraits): boolean {
  return reasoning !== "none" && reasoning !== "budget";
}

/** The first call of each step since the user last spoke must be signed. Source: Gemini API, "Thought signatures". */
function callsUnsigned(bytes: Buffer): boolean {
  const contents = contentsOf(bytes);
  const begun = contents.findLastIndex(
    (content) =>
      content.role !== "model" && !partsOf(content).every((part) => isObject(part.functionResponse)),
  );
  return contents.slice(begun + 1).some((content) => {
    const first = partsOf(content).find((part) => isObject(part.functionCall));
    return first !== undefined && (first.thoughtSignature ?? first.thought_signature ?? "") === "";
  });
}

/** What cannot be read is the vendor's to refuse. */
function contentsOf(bytes: Buffer): readonly JsonObject[] {
  try {
    const body: unknown = JSON.parse(bytes.toString("utf8"));
    return isObject(body) && Array.isArray(body.contents) ? body.contents.filter(isObject) : [];
  } catch {
    return [];
  }
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}
