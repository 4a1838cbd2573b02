/** One model of the mock: what it takes and how it thinks. */
export interface ChatModel {
  readonly id: string;
  /** Efforts it takes; absent: `reasoning_effort` is refused. */
  readonly efforts?: readonly string[];
  /** The effort when none is asked for. */
  readonly defaultEffort?: string;
  /** Function tools are refused while it reasons (gpt-5.4 and later on this endpoint). */
  readonly noToolsWhileReasoning?: boolean;
  /** Tokens of input and output. */
  readonly context: number;
  readonly kind?: "embedding";
  /** It takes sampling, `stop` and `max_tokens` although it reasons, as models of other vendors do. */
  readonly lenient?: boolean;
}

const o = ["low", "medium", "high"];
const upTo = (last: string) => {
  const all = ["none", "low", "medium", "high", "xhigh", "max"];
  return all.slice(0, all.indexOf(last) + 1);
};

/** The vendor's own models. */
export const vendorModels: readonly ChatModel[] = [
  { id: "gpt-4o", context: 128_000 },
  { id: "gpt-4o-mini", context: 128_000 },
  { id: "gpt-4.1", context: 1_000_000 },
  { id: "o3", efforts: o, defaultEffort: "medium", context: 200_000 },
  { id: "gpt-5", efforts: ["minimal", ...o], defaultEffort: "medium", context: 400_000 },
  { id: "gpt-5.1", efforts: upTo("high"), defaultEffort: "none", context: 400_000 },
  {
    id: "gpt-5.6-terra",
    efforts: upTo("xhigh"),
    defaultEffort: "medium",
    noToolsWhileReasoning: true,
    context: 1_050_000,
  },
  { id: "text-embedding-3-small", context: 8192, kind: "embedding" },
];

/** Models of a compatible server; those with efforts show their reasoning in `reasoning_content`. */
export const compatibleModels: readonly ChatModel[] = [
  { id: "llama-3.3-70b", context: 128_000 },
  {
    id: "deepseek-reasoner",
    efforts: ["none", ...o],
    defaultEffort: "medium",
    context: 128_000,
    lenient: true,
  },
];
