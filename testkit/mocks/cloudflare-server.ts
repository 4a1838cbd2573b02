import { type DialectOptions, startDialect } from "./openai-chat/dialect.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { compatibleRequest } from "./openai-chat/schema.ts";
import type { MockVendor, RecordedRequest, VendorAnswer } from "./shared/mock-server.ts";

const models: readonly ChatModel[] = [
  {
    id: "@cf/openai/gpt-oss-120b",
    efforts: ["low", "medium", "high"],
    defaultEffort: "medium",
    context: 128_000,
    lenient: true,
  },
  { id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast", context: 24_000 },
  { id: "@cf/baai/bge-m3", context: 60_000, kind: "embedding" },
];

/** The account the mock's token belongs to. */
export const cloudflareAccount = "023e105f4ecef8ad9ca31a8372d0c353";

const filler = Array.from({ length: 100 }, (_, index) => ({
  name: `@cf/filler/image-${index}`,
  task: { name: "Text-to-Image" },
}));

function list(path: string, { query }: RecordedRequest): VendorAnswer | undefined {
  if (path !== "/models/search") return undefined;
  const page = Number(query.get("page") ?? "1");
  const perPage = Math.min(100, Number(query.get("per_page") ?? "20"));
  const all = [
    ...filler,
    ...models.map(({ id, context, kind }) => ({
      id: "f9f2250b-1048-4a52-9910-d0bf976616a1",
      source: 1,
      name: id,
      task: { name: kind === undefined ? "Text Generation" : "Text Embeddings" },
      properties: [{ property_id: "context_window", value: String(context) }],
    })),
  ];
  const result = all.slice((page - 1) * perPage, page * perPage);
  return { json: { success: true, errors: [], result, result_info: { page, per_page: perPage } } };
}

/** Starts a strict server of an account's AI API at `{url}/client/v4/accounts/{account}/ai`. */
export function startCloudflareMock(options: DialectOptions = {}): MockVendor {
  const errors = [{ code: 10000, message: "Authentication error" }];
  return startDialect(
    {
      root: `/client/v4/accounts/${cloudflareAccount}/ai`,
      apiKey: "cfMock0123456789abcdef",
      models,
      request: compatibleRequest,
      unauthorized: { status: 403, json: { success: false, errors, messages: [], result: null } },
      read: list,
    },
    options,
  );
}
