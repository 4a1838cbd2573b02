import { BenchError } from "../bench-error.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { ReplyCheck } from "../load/reply-check.ts";
import { lastRequestPath, type RecordedRequest, recordedRequest } from "../mock/recorded-request.ts";
import { requestBody } from "../payload/request-bytes.ts";
import type { Lane } from "../plan/lane.ts";
import { jsonShape, modelId, type Shape, streamShape } from "../plan/shape.ts";
import { type RunningTarget, upstreamKey } from "../targets/target.ts";
import { answerText, expectedText } from "./answer-text.ts";

/**
 * Before anything is measured: one plain and one streamed request per lane, whose answer is compared word by word and
 * whose form at the upstream is compared with what a native client would have sent. Throws `BenchError` on a difference.
 */
export async function preflight(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly upstreamPort: number;
}): Promise<void> {
  const { generator, target, upstreamPort } = options;
  for (const lane of target.lanes) {
    for (const shape of [jsonShape("16k"), streamShape("16k")]) {
      const { port, pid, key } = target;
      const answer = await generator.run({ kind: "probe", port, pid, key, lane, shape });
      const problem =
        answerProblem({ lane, shape, ...answer }) ?? (await sentProblem({ lane, shape, upstreamPort }));
      if (problem !== undefined) {
        throw new BenchError(
          `${target.name} does not carry ${lane.id}/${shape.id} correctly: ${problem}`,
          "A figure of a wrong answer means nothing; correct the target, or leave it out with --targets.",
        );
      }
    }
  }
}

function answerProblem(options: {
  readonly lane: Lane;
  readonly shape: Shape;
  readonly head: string;
  readonly body: string;
}): string | undefined {
  const { lane, shape, head, body } = options;
  const check = new ReplyCheck(lane.surface, shape);
  check.begin(head);
  check.body(Buffer.from(body));
  const problem = check.problem();
  if (problem !== undefined) return problem;
  const text = answerText({ protocol: lane.surface, stream: shape.stream, body });
  const expected = expectedText(lane.wire, shape);
  return text === expected ? undefined : `its text is ${JSON.stringify(text.slice(0, 200))}`;
}

async function sentProblem(options: {
  readonly lane: Lane;
  readonly shape: Shape;
  readonly upstreamPort: number;
}): Promise<string | undefined> {
  const { lane, shape, upstreamPort } = options;
  const response = await fetch(`http://127.0.0.1:${upstreamPort}${lastRequestPath}`);
  const { head, body } = recordedRequest.parse(await response.json());
  const model = modelId(lane.wire, shape);
  const native = requestBody({ protocol: lane.wire, model, shape });
  if (!head.includes(upstreamKey)) return "the upstream was not sent its own key";
  if (!namesModel({ head, body }, model)) return `the upstream was not asked for ${model}`;
  for (const mark of toolMarks[lane.wire]) {
    const [sent, wanted] = [count(body, mark), count(native, mark)];
    if (sent !== wanted) return `the upstream got ${sent} of ${wanted} times ${mark}`;
  }
  const share = body.length / native.length;
  return share > 0.9 && share < 1.15
    ? undefined
    : `the upstream got ${body.length} of ${native.length} characters`;
}

const toolMarks = {
  "openai-chat": ['"tool_call_id"', '"arguments"', '"parameters"'],
  "anthropic-messages": ['"tool_use_id"', '"tool_use"', '"input_schema"'],
  // Either "parameters" or "parametersJsonSchema".
  gemini: ['"functionCall"', '"functionResponse"', '"parameters'],
  "bedrock-converse": ['"toolUse"', '"toolResult"', '"inputSchema"'],
} as const;

/** In the body, or in the path for the protocols that have it there. */
function namesModel({ head, body }: RecordedRequest, model: string): boolean {
  const path = head.split(" ", 2)[1] ?? "";
  return body.includes(`"${model}"`) || path.split(/[/:?]/).includes(model);
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
