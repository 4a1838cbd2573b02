import type { ModelTraits } from "../neutral/model-traits.ts";
import { cohereEmbeddingWire } from "./cohere-wire.ts";
import type { EmbeddingWire } from "./embedding-protocol.ts";
import { novaEmbeddingWire } from "./nova-wire.ts";
import { titanMultimodalWire, titanTextWire } from "./titan-wire.ts";

const wires: Partial<Readonly<Record<NonNullable<ModelTraits["nativeBody"]>, EmbeddingWire>>> = {
  "titan-text": titanTextWire,
  "titan-multimodal": titanMultimodalWire,
  "cohere-embed": cohereEmbeddingWire,
  "nova-embed": novaEmbeddingWire,
};

/** The wire of a model behind InvokeModel, where each has a body of its own; undefined: it makes no vectors we can ask for. */
export function hostedEmbeddingWire({ nativeBody }: ModelTraits): EmbeddingWire | undefined {
  return nativeBody === undefined ? undefined : wires[nativeBody];
}
