import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { AskToolChoice } from "../model/ask.ts";
import type { Assertion, Exchange } from "../model/exchange.ts";
import { object, parseJson } from "../model/json.ts";
import { partsOf, type Received, type ReceivedPart, textsOf } from "../model/received.ts";
import { canonical, difference, short } from "./same.ts";

type See = (received: Received, request: RecordedRequest, exchange: Exchange) => string | undefined;

function assertion(name: string, see: See, orLoss?: readonly string[]): Assertion {
  return {
    name: `vendor: ${name}`,
    check(exchange) {
      const request = exchange.received.at(-1);
      if (request === undefined) return "the vendor was not called";
      return see(exchange.wire.read(request), request, exchange);
    },
    ...(orLoss !== undefined && { orLoss }),
  };
}

/** What the vendor must have received. `orLoss` names fields that may be a loss instead. */
export const vendor = {
  model: (wanted: string) => assertion(`the model is ${wanted}`, ({ model }) => difference(model, wanted)),

  called: (times: number): Assertion => ({
    name: `vendor: is called ${times} times`,
    check: ({ received }) => (received.length === times ? undefined : `was called ${received.length} times`),
  }),

  texts: (...wanted: readonly string[]) =>
    assertion("all texts, in order", (received) => difference(textsOf(received), wanted)),

  /** Texts in order, whatever else stands between, before and around them. */
  textsInOrder: (...wanted: readonly string[]) =>
    assertion("no text is lost and their order is kept", (received) => {
      const all = textsOf(received).join("\n");
      let at = 0;
      for (const text of wanted) {
        at = all.indexOf(text, at);
        if (at === -1) return `${short(text, 40)} is missing or out of order in ${short(all)}`;
        at += text.length;
      }
      return undefined;
    }),

  toolNames: (...wanted: readonly string[]) =>
    assertion(`tools are ${wanted.join(", ")}`, ({ tools }) =>
      difference(
        tools.map(({ name }) => name),
        wanted,
      ),
    ),

  /** All these tools are offered, where the wire has another way to force one of them. */
  offers: (wanted: readonly string[], orLoss: readonly string[]) =>
    assertion(
      `tools are ${wanted.join(", ")}`,
      ({ tools }) =>
        difference(
          tools.map(({ name }) => name),
          wanted,
        ),
      orLoss,
    ),

  /** Tools the model could call: those of the choice where it narrows them, else all. */
  callable: (...wanted: readonly string[]) =>
    assertion(`only ${wanted.join(", ")} can be called`, ({ tools, toolChoice }) =>
      difference(
        typeof toolChoice === "object" && "allowed" in toolChoice
          ? toolChoice.allowed
          : tools.map(({ name }) => name),
        wanted,
      ),
    ),

  toolParameters: (index: number, wanted: unknown, orLoss?: readonly string[]) =>
    assertion(
      "the tool's schema is intact",
      ({ tools }) => difference(tools[index]?.parameters, wanted),
      orLoss,
    ),

  toolChoice: (wanted: AskToolChoice, orLoss?: readonly string[]) =>
    assertion(
      `tool choice is ${JSON.stringify(wanted)}`,
      ({ toolChoice }) => difference(toolChoice, wanted),
      orLoss,
    ),

  parallel: (wanted: boolean) =>
    assertion(`parallel tool calls are ${wanted ? "on" : "off"}`, ({ parallel }) =>
      difference(parallel, wanted),
    ),

  maxTokens: (wanted: number) =>
    assertion(`the limit is ${wanted} tokens`, ({ maxTokens }) => difference(maxTokens, wanted)),

  someMaxTokens: () =>
    assertion("a limit is sent", ({ maxTokens }) =>
      maxTokens !== undefined && maxTokens > 0 ? undefined : `was ${maxTokens}`,
    ),

  temperature: (wanted: number, orLoss?: readonly string[]) =>
    assertion(`temperature is ${wanted}`, ({ temperature }) => difference(temperature, wanted), orLoss),

  stop: (...wanted: readonly string[]) =>
    assertion("stop sequences are sent", ({ stop }) => difference(stop, wanted)),

  /** Asked to reason, by an effort or by a budget that fits the limit. */
  reasons: (orLoss?: readonly string[]) =>
    assertion(
      "reasoning is asked for, within the limit",
      ({ effort, budget, maxTokens }) => {
        if (budget === undefined) return effort === undefined ? "neither effort nor budget" : undefined;
        return budget >= 1024 && budget < (maxTokens ?? 0)
          ? undefined
          : `budget ${budget} of ${maxTokens} tokens`;
      },
      orLoss,
    ),

  effort: (wanted: string, orLoss?: readonly string[]) =>
    assertion(`effort is ${wanted}`, ({ effort }) => difference(effort, wanted), orLoss),

  schema: (wanted: unknown, orLoss?: readonly string[]) =>
    assertion("the answer's schema is intact", ({ schema }) => difference(schema, wanted), orLoss),

  serviceTier: (wanted: string, orLoss?: readonly string[]) =>
    assertion(`tier is ${wanted}`, ({ serviceTier }) => difference(serviceTier, wanted), orLoss),

  cached: (wanted: readonly string[], orLoss?: readonly string[]) =>
    assertion(`cache markers at ${wanted.join(", ")}`, ({ cached }) => difference(cached, wanted), orLoss),

  /** Parts of this type, in order. */
  parts: <T extends ReceivedPart["type"]>(
    type: T,
    wanted: readonly Partial<Extract<ReceivedPart, { readonly type: T }>>[],
    orLoss?: readonly string[],
  ) =>
    assertion(
      `parts of type ${type}`,
      (received) => {
        const seen = partsOf(received).filter((part) => part.type === type);
        if (seen.length !== wanted.length) return `${seen.length} arrived, not ${wanted.length}`;
        const picked = seen.map((part, i) =>
          Object.fromEntries(Object.keys(wanted[i] ?? {}).map((key) => [key, Object(part)[key]])),
        );
        return difference(picked, wanted);
      },
      orLoss,
    ),

  /** These thoughts, each under the signature its vendor gave it. */
  signedThinking: (...thoughts: readonly string[]) =>
    assertion("thinking and its signatures come back unchanged", (received, _request, { wire }) =>
      difference(
        partsOf(received).filter(({ type }) => type === "thinking"),
        thoughts.map((text) => ({ type: "thinking", text, signature: wire.signatureOf?.(text) })),
      ),
    ),

  /** This hidden thinking, as its vendor sealed it. */
  sealedThinking: (...hidden: readonly string[]) =>
    assertion("hidden thinking comes back unchanged", (received, _request, { wire }) =>
      difference(
        partsOf(received).filter(({ type }) => type === "redacted"),
        hidden.map((text) => ({ type: "redacted", data: wire.sealed?.(text) })),
      ),
    ),

  /** The first call carries the vendor's signature, as it was issued, and it alone. */
  firstCallSigned: () =>
    assertion("the first call carries its signature, and no other does", (received, _request, { wire }) => {
      const calls = partsOf(received).filter((part) => part.type === "call");
      const [first, ...others] = calls;
      return first === undefined
        ? "there is no call"
        : difference(
            calls.map(({ signature }) => signature),
            [wire.callSignatureOf?.(first), ...others.map(() => undefined)],
          );
    }),

  /** The types of the parts of the last assistant turn, in order. */
  lastAssistantTypes: (wanted: readonly ReceivedPart["type"][], orLoss?: readonly string[]) =>
    assertion(
      `the assistant's turn is ${wanted.join(", ")}`,
      ({ turns }) =>
        difference(
          turns.findLast(({ role }) => role === "assistant")?.parts.map(({ type }) => type),
          wanted,
        ),
      orLoss,
    ),

  /** What another vendor signed in an earlier step is not sent to this one, in no wrapping. */
  nothingSigned: (thinking: string) =>
    assertion("nothing signed by another vendor arrives", (_received, request, { earlier }) => {
      const signed = earlier.flatMap(({ wire, answer }) => [
        wire.signatureOf?.(thinking),
        ...answer.calls.map(({ id, name, arguments: source }) =>
          wire.callSignatureOf?.({ type: "call", id, name, input: parseJson(source) }),
        ),
      ]);
      const found = signed.find((one) => one !== undefined && one !== "" && request.text.includes(one));
      return found === undefined ? undefined : `${short(found)} stands in the request`;
    }),

  /** Results of parallel calls arrive in one turn where the wire groups them, directly after the calls. */
  resultsFollowCalls: () =>
    assertion("results stand directly after their calls", ({ turns }) => {
      const at = turns.findIndex(({ parts }) => parts.some(({ type }) => type === "call"));
      const after = turns.slice(at + 1).flatMap(({ parts }) => parts);
      const calls = (turns[at]?.parts ?? []).filter(({ type }) => type === "call").length;
      return after.slice(0, calls).every(({ type }) => type === "result")
        ? undefined
        : `after the calls came ${after.map(({ type }) => type).join(", ")}`;
    }),

  /** The result with this text says that it is an error: by a flag, or in words. */
  errorVisible: (said: string) =>
    assertion("the tool's failure is visible", (received) => {
      const result = partsOf(received).find((part) => part.type === "result" && part.text.includes(said));
      if (result?.type !== "result") return "the result did not arrive";
      const inWords = /error|fail/i.test(result.text.replace(said, ""));
      return result.isError || inWords ? undefined : `the result says only: ${short(result.text)}`;
    }),

  /** A field of the body as the wire has it. */
  field: (name: string, wanted: unknown, orLoss?: readonly string[]) =>
    assertion(
      `field ${name} is ${short(JSON.stringify(wanted) ?? "absent", 60)}`,
      (_received, { body }) => difference(object(body)[name], wanted),
      orLoss,
    ),

  header: (name: string, wanted: string) =>
    assertion(`header ${name} has ${wanted}`, (_received, { headers }) =>
      headers.get(name)?.includes(wanted) === true ? undefined : `was ${headers.get(name)}`,
    ),

  bodyIncludes: (wanted: string, orLoss?: readonly string[]) =>
    assertion(
      `the body has ${short(wanted, 40)}`,
      (_received, { text }) => (text.includes(wanted) ? undefined : `was ${short(text, 300)}`),
      orLoss,
    ),

  /** The same bytes as in an earlier step: vendors' prompt caches depend on it. */
  sameBytesAs: (step: number) =>
    assertion(`the body has the same bytes as in step ${step + 1}`, (_received, { text }, { earlier }) => {
      const before = earlier[step]?.received.at(-1)?.text;
      return text === before ? undefined : `${short(text)} is not ${short(before ?? "nothing")}`;
    }),

  /** Every part of the assistant's turn of an earlier step is sent back as it was received. */
  replayedUnchanged: (step: number) =>
    assertion("the replayed turn is what the vendor said", (_received, { body }, { earlier }) => {
      const sent = canonical(body);
      const missing = piecesOf(earlier[step]?.answer.turn).find((piece) => !sent.includes(canonical(piece)));
      return missing === undefined ? undefined : `${short(canonical(missing))} is not in ${short(sent)}`;
    }),

  /** Each result names a call of its own, in the order of the calls. */
  pairedResults: () =>
    assertion("results name the calls they answer, in order", (received) => {
      const ids = (wanted: "call" | "result") =>
        partsOf(received).flatMap((part) => (part.type === wanted && "id" in part ? [part.id] : []));
      const calls = ids("call");
      if (new Set(calls).size < calls.length || calls.includes("")) return `calls were ${calls.join(", ")}`;
      return difference(ids("result"), calls);
    }),

  abortedWithin: (ms: number): Assertion => ({
    name: `vendor: the call is aborted within ${ms} ms`,
    check: ({ abortedAfter }) => {
      if (abortedAfter === undefined) return "it was never aborted";
      return abortedAfter <= ms ? undefined : `it took ${Math.round(abortedAfter)} ms`;
    },
  }),
};

/** A turn's blocks, parts or items, in whichever dialect it is. */
function piecesOf(turn: unknown): readonly unknown[] {
  if (Array.isArray(turn)) return turn;
  const { content, parts } = object(turn);
  return [content ?? parts ?? turn].flat();
}
