/** What a model of the mock takes; written from the vendor's model pages, apart from the catalog it helps to test. */
export interface ClaudeModel {
  readonly id: string;
  readonly displayName: string;
  readonly thinking: readonly ("enabled" | "adaptive" | "disabled" | "between_tools")[];
  /** Whether it thinks when the request says nothing. */
  readonly thinksByDefault: boolean;
  /** What `display` is when the request says nothing. */
  readonly display: "summarized" | "omitted";
  readonly efforts: readonly string[];
  readonly sampling: boolean;
  readonly prefill: boolean;
  readonly forcedTools: boolean;
  readonly systemTurns: boolean;
  readonly maxTokens: number;
  readonly context: number;
}

const budgeted = {
  thinking: ["enabled", "disabled"],
  thinksByDefault: false,
  display: "summarized",
  efforts: [],
  sampling: true,
  prefill: true,
  forcedTools: true,
  systemTurns: false,
  maxTokens: 64_000,
  context: 200_000,
} as const satisfies Partial<ClaudeModel>;

const adaptive = {
  thinking: ["adaptive", "disabled"],
  thinksByDefault: false,
  display: "omitted",
  efforts: ["low", "medium", "high", "xhigh", "max"],
  sampling: false,
  prefill: false,
  forcedTools: true,
  systemTurns: false,
  maxTokens: 128_000,
  context: 1_000_000,
} as const satisfies Partial<ClaudeModel>;

/** One model of each generation, newest first as the vendor lists them. */
export const claudeModels: readonly ClaudeModel[] = [
  {
    ...adaptive,
    id: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    thinking: ["adaptive"],
    thinksByDefault: true,
    forcedTools: false,
    systemTurns: true,
  },
  {
    ...adaptive,
    id: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    thinking: ["adaptive", "between_tools"],
    thinksByDefault: true,
    forcedTools: false,
    systemTurns: true,
  },
  { ...adaptive, id: "claude-sonnet-5", displayName: "Claude Sonnet 5", thinksByDefault: true },
  { ...adaptive, id: "claude-opus-4-7", displayName: "Claude Opus 4.7" },
  {
    ...adaptive,
    id: "claude-opus-4-6",
    displayName: "Claude Opus 4.6",
    thinking: ["adaptive", "enabled", "disabled"],
    display: "summarized",
    efforts: ["low", "medium", "high", "max"],
    sampling: true,
  },
  { ...budgeted, id: "claude-sonnet-4-5", displayName: "Claude Sonnet 4.5" },
  { ...budgeted, id: "claude-haiku-4-5-20251001", displayName: "Claude Haiku 4.5" },
  { ...budgeted, id: "claude-opus-4-1-20250805", displayName: "Claude Opus 4.1", maxTokens: 32_000 },
];

/** The model as the models endpoint describes it. */
export function describeModel(model: ClaudeModel): unknown {
  const supported = (value: boolean) => ({ supported: value });
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: "2026-01-01T00:00:00Z",
    max_input_tokens: model.context,
    max_tokens: model.maxTokens,
    capabilities: {
      batch: supported(true),
      citations: supported(true),
      image_input: supported(true),
      pdf_input: supported(true),
      structured_outputs: supported(true),
      thinking: {
        supported: true,
        types: {
          adaptive: supported(model.thinking.includes("adaptive")),
          enabled: supported(model.thinking.includes("enabled")),
        },
      },
      effort: {
        supported: model.efforts.length > 0,
        ...Object.fromEntries(
          ["low", "medium", "high", "xhigh", "max"].map((name) => [
            name,
            supported(model.efforts.includes(name)),
          ]),
        ),
      },
    },
  };
}
