/** What a model of the mock takes; written from Google's pages, apart from the catalog it helps to test. */
export interface GeminiModel {
  readonly id: string;
  readonly displayName: string;
  readonly methods: readonly string[];
  readonly generation: 2 | 2.5 | 3 | 4;
  readonly thinking: "none" | "budget" | "level";
  readonly levels: readonly string[];
  readonly budget: { readonly min: number; readonly max: number; readonly off: boolean };
  readonly thinksByDefault: boolean;
  readonly systemInstruction: boolean;
  readonly outputLimit: number;
}

const chat = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"];
const flashBudget = { min: 0, max: 24_576, off: true };

const base = {
  methods: chat,
  levels: [],
  budget: flashBudget,
  thinksByDefault: true,
  systemInstruction: true,
  outputLimit: 65_536,
} as const satisfies Partial<GeminiModel>;

const other = {
  ...base,
  generation: 2.5,
  thinking: "none",
  thinksByDefault: false,
  outputLimit: 8_192,
} as const;

/** One model of each generation, and some that do not chat. */
export const geminiModels: readonly GeminiModel[] = [
  { ...base, id: "gemini-2.5-flash", displayName: "Gemini 2.5 Flash", generation: 2.5, thinking: "budget" },
  {
    ...base,
    id: "gemini-2.5-pro",
    displayName: "Gemini 2.5 Pro",
    generation: 2.5,
    thinking: "budget",
    budget: { min: 128, max: 32_768, off: false },
  },
  {
    ...base,
    id: "gemini-2.0-flash",
    displayName: "Gemini 2.0 Flash",
    generation: 2,
    thinking: "none",
    thinksByDefault: false,
    outputLimit: 8_192,
  },
  {
    ...base,
    id: "gemini-3-pro-preview",
    displayName: "Gemini 3 Pro Preview",
    generation: 3,
    thinking: "level",
    levels: ["LOW", "HIGH"],
  },
  {
    ...base,
    id: "gemini-3-flash-preview",
    displayName: "Gemini 3 Flash Preview",
    generation: 3,
    thinking: "level",
    levels: ["MINIMAL", "LOW", "MEDIUM", "HIGH"],
  },
  {
    ...base,
    id: "gemini-4-neon",
    displayName: "Gemini 4 Neon",
    generation: 4,
    thinking: "level",
    levels: ["LOW", "MEDIUM", "HIGH"],
  },
  { ...other, id: "gemma-3-27b-it", displayName: "Gemma 3 27B", systemInstruction: false },
  { ...other, id: "gemini-2.5-flash-preview-tts", displayName: "Gemini 2.5 Flash TTS" },
  { ...other, id: "imagen-4.0-generate-001", displayName: "Imagen 4", methods: ["predict"] },
  { ...other, id: "gemini-embedding-001", displayName: "Gemini Embedding 1", methods: ["embedContent"] },
];

/** The model as the models endpoint describes it. */
export function describeModel(model: GeminiModel): unknown {
  return {
    name: `models/${model.id}`,
    version: "001",
    displayName: model.displayName,
    description: "A model of the mock",
    inputTokenLimit: 1_048_576,
    outputTokenLimit: model.outputLimit,
    supportedGenerationMethods: model.methods,
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    ...(model.thinking !== "none" && { thinking: true }),
  };
}
