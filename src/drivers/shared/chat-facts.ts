import type { Modality } from "../../plane/vendor-facts.ts";
import type { DiscoveredModel } from "../driver.ts";
import { readArray, readObject, readText } from "./read-value.ts";

const modalities: ReadonlyMap<unknown, Modality> = new Map<string, Modality>([
  ["text", "text"],
  ["image", "image"],
  ["audio", "audio"],
  ["video", "video"],
  ["file", "file"],
  ["pdf", "file"],
  ["embedding", "embedding"],
  ["embeddings", "embedding"],
]);
const maxParameters = 100;

/**
 * What an entry of a chat-completions server's list says besides its traits: OpenRouter's `architecture` and
 * `supported_parameters`, Fireworks' `supports_image_input`, Mistral's `capabilities`, Vercel's `tags`, LM Studio's `vlm`.
 */
export function readChatFacts(model: Readonly<Record<string, unknown>>): DiscoveredModel["facts"] {
  const architecture = readObject(model.architecture);
  const input = readModalities(architecture?.input_modalities) ?? seenIn(model);
  const output = readModalities(architecture?.output_modalities);
  const parameters = readArray(model.supported_parameters)
    ?.flatMap((name) => readText(name) ?? [])
    .filter((name) => name.length <= 64)
    .slice(0, maxParameters);
  const facts = {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(parameters !== undefined && { parameters }),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** The known ones among them, each once; undefined when it is no list or holds none. */
export function readModalities(value: unknown): readonly Modality[] | undefined {
  const known = new Set((readArray(value) ?? []).flatMap((name) => modalities.get(name) ?? []));
  return known.size === 0 ? undefined : [...known];
}

/** Vendors that only say whether it reads pictures. */
function seenIn(model: Readonly<Record<string, unknown>>): readonly Modality[] | undefined {
  const tags = readArray(model.tags);
  const flags = [
    model.supports_image_input,
    readObject(model.capabilities)?.vision,
    tags?.includes("vision"),
    readText(model.type) === "vlm" ? true : undefined,
  ];
  const sees = flags.find((flag) => typeof flag === "boolean");
  if (sees === undefined) return undefined;
  const files: readonly Modality[] = tags?.includes("file-input") === true ? ["file"] : [];
  return [...(sees ? (["text", "image"] as const) : (["text"] as const)), ...files];
}
