import { BenchError } from "../bench-error.ts";
import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { ReplyCheck } from "../load/reply-check.ts";
import { lastRequestPath, type RecordedRequest, recordedRequest } from "../mock/recorded-request.ts";
import { requestBody } from "../payload/request-bytes.ts";
import type { Lane } from "../plan/lane.ts";
import { jsonShape, modelId, type Shape, streamShape } from "../plan/shape.ts";
import { type RunningTarget, upstreamKey } from "../targets/target.ts";
import { answerText, expectedText } from "./answer-text.ts";

/** A lane that a target does not carry as it should, plain or streamed, and what it does instead. */
export interface WrongLane {
  readonly target: string;
  readonly lane: string;
  readonly stream: boolean;
  readonly problem: string;
}

/**
 * Before anything is measured: one plain and one streamed request per lane, whose answer is compared word by word and
 * whose form at the upstream is compared with what a native client would have sent. What a peer gets wrong is reported and
 * not measured; anyone else's difference throws `BenchError`.
 */
export async function preflight(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly upstreamPort: number;
}): Promise<WrongLane[]> {
  const { target } = options;
  const wrong: WrongLane[] = [];
  for (const lane of target.lanes) {
    for (const shape of [jsonShape("16k"), streamShape("16k")]) {
      const problem = await problemOf({ ...options, lane, shape });
      const { stream } = shape;
      if (problem !== undefined) wrong.push({ target: target.name, lane: lane.id, stream, problem });
    }
  }
  const [first] = wrong;
  if (first === undefined || target.name === "portkey") return wrong;
  throw new BenchError(
    `${first.target} does not carry ${first.lane} ${first.stream ? "streamed" : "plain"} correctly: ${first.problem}`,
    "A figure of a wrong answer means nothing; correct the target, or leave it out with --targets.",
  );
}

/** Whether a case is one that its target gets wrong. */
export function isWrong(
  wrong: readonly WrongLane[],
  one: { readonly target: string; readonly lane: Lane; readonly shape: Shape },
): boolean {
  return wrong.some(
    ({ target, lane, stream }) =>
      target === one.target && lane === one.lane.id && stream === one.shape.stream,
  );
}

async function problemOf(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly upstreamPort: number;
  readonly lane: Lane;
  readonly shape: Shape;
}): Promise<string | undefined> {
  const { generator, target, upstreamPort, lane, shape } = options;
  const answer = await generator.run({ kind: "probe", ...addressedTo(target, lane), shape });
  return answerProblem({ lane, shape, ...answer }) ?? (await sentProblem({ lane, shape, upstreamPort }));
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
