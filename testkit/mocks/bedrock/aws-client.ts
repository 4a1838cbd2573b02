import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  type ContentBlock,
  type ConverseStreamCommandOutput,
  type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { BedrockMock } from "../bedrock-server.ts";

/** The official client, pointed at the mock. */
export function awsClient(
  { url, account }: Pick<BedrockMock, "url" | "account">,
  overrides: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  const byToken = overrides.token !== undefined;
  return new BedrockRuntimeClient({
    endpoint: url,
    region: account.region,
    maxAttempts: 1,
    // The client speaks HTTP/2 by itself, which a plain server does not.
    requestHandler: new NodeHttpHandler(),
    ...(byToken
      ? { authSchemePreference: ["httpBearerAuth"] }
      : {
          authSchemePreference: ["aws.auth#sigv4"],
          credentials: { accessKeyId: account.accessKeyId, secretAccessKey: account.secretAccessKey },
        }),
    ...overrides,
  });
}

/** What the official client tells of a stream, put together as a message. */
export async function collectStream({ stream }: ConverseStreamCommandOutput) {
  const blocks: Record<string, unknown>[] = [];
  let stopReason: string | undefined;
  let usage: unknown;
  for await (const event of stream ?? []) {
    const { contentBlockIndex: at = 0, start } = event.contentBlockStart ?? {};
    if (start?.toolUse !== undefined) blocks[at] = { toolUse: { ...start.toolUse, input: "" } };
    if (event.contentBlockDelta !== undefined) addDelta(blocks, event.contentBlockDelta);
    stopReason = event.messageStop?.stopReason ?? stopReason;
    usage = event.metadata?.usage ?? usage;
  }
  const content = blocks.map((block) => finish(block)) as unknown as ContentBlock[];
  const message: Message = { role: "assistant", content };
  return { message, stopReason, usage };
}

type Delta = { contentBlockIndex?: number | undefined; delta?: object | undefined };

function addDelta(blocks: Record<string, unknown>[], { contentBlockIndex: at = 0, delta = {} }: Delta): void {
  const block = blocks[at] ?? {};
  blocks[at] = block;
  const piece = delta as {
    text?: string;
    toolUse?: { input?: string };
    reasoningContent?: { text?: string; signature?: string; redactedContent?: Uint8Array };
  };
  if (piece.text !== undefined) block.text = `${block.text ?? ""}${piece.text}`;
  if (piece.toolUse !== undefined) {
    const call = block.toolUse as { input: string };
    call.input += piece.toolUse.input ?? "";
  }
  const reasoning = piece.reasoningContent;
  if (reasoning?.redactedContent !== undefined) {
    block.reasoningContent = { redactedContent: reasoning.redactedContent };
  } else if (reasoning !== undefined) {
    const known = (block.reasoningContent as { reasoningText: { text: string } } | undefined)
      ?.reasoningText ?? { text: "" };
    const text = known.text + (reasoning.text ?? "");
    const signature = reasoning.signature === undefined ? {} : { signature: reasoning.signature };
    block.reasoningContent = { reasoningText: { ...known, ...signature, text } };
  }
}

function finish(block: Record<string, unknown>): Record<string, unknown> {
  const call = block.toolUse as { input: string } | undefined;
  return call === undefined ? block : { toolUse: { ...call, input: JSON.parse(call.input || "{}") } };
}
