/** What a model of the mock can do; written from the server's own pages. */
export interface OllamaModel {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly architecture: string;
  readonly contextLength: number;
  /** Thinks always, and takes levels only. */
  readonly levelsOnly?: boolean;
}

/** One model of each kind. */
export const ollamaModels: readonly OllamaModel[] = [
  {
    name: "qwen3:8b",
    capabilities: ["completion", "tools", "thinking"],
    architecture: "qwen3",
    contextLength: 40960,
  },
  {
    name: "qwen3-vl:8b",
    capabilities: ["completion", "vision", "tools", "thinking"],
    architecture: "qwen3vl",
    contextLength: 262144,
  },
  {
    name: "llama3.2:latest",
    capabilities: ["completion", "tools"],
    architecture: "llama",
    contextLength: 131072,
  },
  {
    name: "gpt-oss:20b",
    capabilities: ["completion", "tools", "thinking"],
    architecture: "gptoss",
    contextLength: 131072,
    levelsOnly: true,
  },
  {
    name: "gemma3:4b",
    capabilities: ["completion", "vision"],
    architecture: "gemma3",
    contextLength: 131072,
  },
  {
    name: "nomic-embed-text:latest",
    capabilities: ["embedding"],
    architecture: "nomic-bert",
    contextLength: 2048,
  },
];

/** A model's entry in `/api/tags`. */
export function describeTag({ name, architecture }: OllamaModel): unknown {
  return {
    name,
    model: name,
    modified_at: "2025-07-07T20:22:19Z",
    size: 5_225_388_164,
    digest: "0a8c266910232fd3291e71e5ba1e058cc5af9d411192cf88b6d30e92b6e73163",
    details: { parent_model: "", format: "gguf", family: architecture, families: [architecture] },
  };
}

/** What `/api/show` says of a model. */
export function describeModel({ capabilities, architecture, contextLength }: OllamaModel): unknown {
  return {
    modelfile: "# Modelfile",
    details: { format: "gguf", family: architecture },
    model_info: {
      "general.architecture": architecture,
      "general.parameter_count": 8_190_735_360,
      [`${architecture}.context_length`]: contextLength,
    },
    capabilities,
    modified_at: "2025-07-07T20:22:19Z",
  };
}
