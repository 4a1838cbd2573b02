import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { awsClient, collectStream } from "./bedrock/aws-client.ts";
import { streamReply } from "./bedrock/event-stream.ts";
import { applicationProfileArn } from "./bedrock/models.ts";
import { type BedrockMock, startBedrockMock } from "./bedrock-server.ts";

// The official client is the judge of the mock: what it sends is accepted, what the mock sends it understands.

let mock: BedrockMock;
let client: BedrockRuntimeClient;
beforeAll(() => {
  mock = startBedrockMock();
  client = awsClient(mock);
});
afterAll(async () => {
  client.destroy();
  await mock.close();
});

const sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const hello: ConverseCommandInput = {
  modelId: sonnet,
  messages: [{ role: "user", content: [{ text: "Hello" }] }],
};
const toolConfig: ConverseCommandInput["toolConfig"] = {
  tools: [
    {
      toolSpec: {
        name: "get_weather",
        description: "The weather",
        inputSchema: {
          json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
      },
    },
  ],
};

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe("the official client", () => {
  test("converses, by id, by inference profile and by ARN", async () => {
    const profile =
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1";
    for (const modelId of [sonnet, "us.anthropic.claude-opus-4-6-v1", profile, applicationProfileArn]) {
      const answer = await client.send(new ConverseCommand({ ...hello, modelId }));
      expect(answer.output?.message?.content).toEqual([{ text: "You said: Hello" }]);
      expect([answer.stopReason, answer.usage?.inputTokens]).toEqual(["end_turn", expect.any(Number)]);
    }
  });

  test.each([false, true])(
    "reasons, calls a tool and goes on from its result (stream: %p)",
    async (stream) => {
      const messages: Message[] = [{ role: "user", content: [{ text: "Weather in Paris?" }] }];
      const ask = async () => {
        const input: ConverseCommandInput = {
          modelId: sonnet,
          messages,
          toolConfig,
          inferenceConfig: { maxTokens: 4000 },
          additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } },
        };
        const message = stream
          ? (await collectStream(await client.send(new ConverseStreamCommand(input)))).message
          : (await client.send(new ConverseCommand(input))).output?.message;
        if (message === undefined) throw new Error("no message");
        messages.push(message);
        return message.content ?? [];
      };
      const first = await ask();
      const reasoning: ContentBlock | undefined = first[0];
      expect(reasoning?.reasoningContent?.reasoningText?.signature).toMatch(/./);
      const call = first.find((block) => block.toolUse !== undefined)?.toolUse;
      expect([call?.name, call?.input]).toEqual(["get_weather", { city: expect.any(String) }]);
      const content = [{ text: "sunny" }];
      messages.push({ role: "user", content: [{ toolResult: { toolUseId: call?.toolUseId, content } }] });
      expect((await ask()).at(-1)?.text).toBe("The tool said: sunny");
    },
  );

  test("sends pictures, documents, cache points and hidden reasoning as bytes the mock accepts", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const answer = await client.send(
      new ConverseCommand({
        modelId: sonnet,
        system: [{ text: "Be terse." }, { cachePoint: { type: "default", ttl: "1h" } }],
        messages: [
          {
            role: "user",
            content: [
              { image: { format: "png", source: { bytes } } },
              { document: { format: "pdf", name: "report", source: { bytes } } },
              { text: "What is it?" },
              { cachePoint: { type: "default" } },
            ],
          },
        ],
      }),
    );
    expect(answer.usage?.cacheWriteInputTokens).toBeGreaterThan(0);
    const hidden = await client.send(new ConverseCommand({ ...hello, modelId: "openai.gpt-oss-120b-1:0" }));
    const message = hidden.output?.message;
    expect(message?.content?.[0]?.reasoningContent?.redactedContent).toBeInstanceOf(Uint8Array);
    const again: Message[] = [
      ...(hello.messages ?? []),
      message ?? { role: "assistant", content: [] },
      { role: "user", content: [{ text: "And?" }] },
    ];
    const next = await client.send(
      new ConverseCommand({ modelId: "openai.gpt-oss-120b-1:0", messages: again }),
    );
    expect(next.output?.message?.content?.at(-1)?.text).toBe("You said: And?");
  });

  test("invokes a Messages model by its own body, whole and as a stream", async () => {
    const body = JSON.stringify({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 100,
      messages: [{ role: "user", content: "Hello" }],
    });
    const whole = await client.send(
      new InvokeModelCommand({ modelId: sonnet, body, contentType: "application/json" }),
    );
    expect(JSON.parse(new TextDecoder().decode(whole.body)).content).toMatchObject([
      { type: "text", text: "You said: Hello" },
    ]);
    const streamed = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: sonnet, body, contentType: "application/json" }),
    );
    const types: string[] = [];
    for await (const event of streamed.body ?? []) {
      types.push(JSON.parse(new TextDecoder().decode(event.chunk?.bytes)).type);
    }
    expect([types[0], types.at(-1)]).toEqual(["message_start", "message_stop"]);
  });

  test("knows the mock's failures by their names, before a stream and in it", async () => {
    const unknown = await caught(client.send(new ConverseCommand({ ...hello, modelId: "no.such-model" })));
    expect(unknown).toMatchObject({ name: "ValidationException" });
    const blank = await caught(
      client.send(new ConverseCommand({ ...hello, messages: [{ role: "user", content: [{ text: " " }] }] })),
    );
    expect(blank).toMatchObject({ name: "ValidationException", message: expect.stringContaining("blank") });
    mock.reply(
      streamReply([["messageStart", { role: "assistant" }]], {
        broken: ["throttlingException", { message: "Too many requests" }],
      }),
    );
    const stream = await client.send(new ConverseStreamCommand(hello));
    expect(await caught(collectStream(stream))).toMatchObject({ name: "ThrottlingException" });
  });
});

describe("credentials", () => {
  test("a wrong secret, key id, session, region or API key is refused", async () => {
    const { accessKeyId, secretAccessKey } = mock.account;
    const wrong = [
      [
        awsClient(mock, { credentials: { accessKeyId, secretAccessKey: "wrong" } }),
        "InvalidSignatureException",
      ],
      [
        awsClient(mock, { credentials: { accessKeyId: "AKIAOTHER", secretAccessKey } }),
        "UnrecognizedClientException",
      ],
      [
        awsClient(mock, { credentials: { accessKeyId, secretAccessKey, sessionToken: "x" } }),
        "ExpiredTokenException",
      ],
      [awsClient(mock, { region: "eu-west-1" }), "InvalidSignatureException"],
      [awsClient(mock, { token: { token: "wrong" } }), "AccessDeniedException"],
    ] as const;
    for (const [stranger, name] of wrong) {
      expect(await caught(stranger.send(new ConverseCommand(hello)))).toMatchObject({ name });
      stranger.destroy();
    }
  });

  test("an API key and a session token are accepted", async () => {
    const byKey = awsClient(mock, { token: { token: mock.account.apiKey } });
    expect((await byKey.send(new ConverseCommand(hello))).stopReason).toBe("end_turn");
    expect(mock.lastRequest().headers.get("authorization")).toBe(`Bearer ${mock.account.apiKey}`);
    await using temporary = startBedrockMock({ account: { sessionToken: "session-1" } });
    const bySession = awsClient(temporary, {
      credentials: { ...temporary.account, sessionToken: "session-1" },
    });
    expect((await bySession.send(new ConverseCommand(hello))).stopReason).toBe("end_turn");
  });
});
