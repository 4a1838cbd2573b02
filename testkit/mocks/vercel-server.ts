import { z } from "zod";
import { type DialectOptions, startDialect } from "./openai-chat/dialect.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { routedFields, routedTurn } from "./routed-dialect.ts";
import type { MockVendor, VendorAnswer } from "./shared/mock-server.ts";

const models: readonly ChatModel[] = [
  {
    id: "anthropic/claude-opus-5",
    efforts: ["none", "minimal", "low", "medium", "high", "xhigh"],
    defaultEffort: "none",
    context: 1_000_000,
    lenient: true,
  },
  { id: "openai/gpt-4o", context: 128_000 },
  { id: "openai/text-embedding-3-small", context: 8192, kind: "embedding" },
];

/** Source: https://vercel.com/docs/ai-gateway/models-and-providers/provider-options */
const request = z.strictObject({
  ...routedFields,
  models: z.array(z.string()).optional(),
  providerOptions: z
    .looseObject({
      gateway: z
        .strictObject({
          order: z.array(z.string()).optional(),
          only: z.array(z.string()).optional(),
          models: z.array(z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
});

function read(path: string): VendorAnswer | undefined {
  if (path === "/credits") return { json: { balance: "95.50", total_used: "4.50" } };
  if (path !== "/models") return undefined;
  const data = models.map(({ id, context, kind, efforts }) => ({
    id,
    object: "model",
    created: 1_755_815_280,
    owned_by: id.split("/")[0],
    name: `The model ${id}`,
    context_window: context,
    max_tokens: 64_000,
    type: kind ?? "language",
    tags: ["tool-use", ...(efforts === undefined ? [] : ["reasoning"])],
    pricing: { input: "0.000005", output: "0.000025" },
  }));
  return { json: { object: "list", data } };
}

/** Starts a strict server of Vercel's AI Gateway at `{url}/v1`. */
export function startVercelMock(options: DialectOptions = {}): MockVendor {
  const dialect = {
    root: "/v1",
    apiKey: "vck_mock0123456789abcdef",
    models,
    request,
    read,
    isPublic: (path: string) => path === "/models",
    turn: routedTurn,
  };
  return startDialect(dialect, options);
}
