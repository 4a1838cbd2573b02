import { expect, test } from "bun:test";
import { EngineLab } from "../../../testkit/engine-lab.ts";
import { openaiResponses } from "../../wire/openai-responses/protocol.ts";

const id = `resp_${"0123456789abcdef".repeat(3)}`;
const whole = {
  ...{ id, object: "response", created_at: 1, model: "m", status: "completed", background: false },
  output: [
    {
      ...{ type: "message", id: "msg_1", role: "assistant", status: "completed" },
      content: [{ type: "output_text", text: "Hi", annotations: [] }],
    },
  ],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
};
const early = { ...whole, status: "in_progress", output: [], usage: null };
const item = { item_id: "msg_1", output_index: 0, content_index: 0 };
const stream = [
  { type: "response.created", response: early },
  { type: "response.output_text.delta", ...item, delta: "Hi" },
  { type: "response.completed", response: whole },
]
  .map(
    (event, sequence_number) =>
      `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
  )
  .join("");

const body = { messages: undefined, input: [{ role: "user", content: "hi" }] };

function labOf(answer: () => Response): EngineLab {
  return new EngineLab({ providers: [{ name: "a", driver: "openai" }], vendors: { a: answer } });
}

const knownTo = async (lab: EngineLab) => {
  const [org] = lab.snapshot.orgs;
  return lab.context.keptAnswers.find({ orgId: org?.id ?? "", id });
};

test("wherever its stream is cut, the vendor of an answer is remembered, and the bytes are the vendor's", async () => {
  const bytes = Buffer.from(stream);
  // Up to behind the id: what follows is of no interest.
  for (let cut = 1; cut < stream.indexOf(id) + id.length + 4; cut++) {
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    using lab = labOf(
      () =>
        new Response(
          new ReadableStream<Uint8Array>({
            async pull(controller) {
              const piece = pieces.shift();
              if (piece === undefined) controller.close();
              else controller.enqueue(new Uint8Array(piece));
            },
          }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    );
    const { text } = await lab.ask({ surface: openaiResponses, stream: true, body });
    expect(text).toBe(stream);
    expect(await knownTo(lab)).toMatchObject({ open: false });
  }
});

test.each([
  { title: "complete", answer: whole, known: { open: false }, output: 5 },
  {
    title: "only begun",
    answer: { ...early, status: "queued", background: true },
    known: { open: true },
    output: 0,
  },
  { title: "not kept", answer: { ...whole, store: false }, known: undefined, output: 5 },
])("an answer that is $title is remembered, and billed, as what it is", async ({ answer, known, output }) => {
  using lab = labOf(() => Response.json(answer));
  await lab.ask({ surface: openaiResponses, body });
  const found = await knownTo(lab);
  if (known === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(known);
  const { usage, usageEstimated } = lab.records[0] ?? {};
  expect([usage?.output, usageEstimated]).toEqual([output, false]);
});
