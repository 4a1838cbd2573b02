import type { ClientAnswer } from "../model/answer.ts";
import type { Assertion, Exchange } from "../model/exchange.ts";
import { parseJson } from "../model/json.ts";
import type { ScriptFault, ScriptStop, ScriptUsage } from "../model/script.ts";
import { readEvents } from "../surfaces/read-events.ts";
import { faultStatuses } from "./fault-status.ts";
import { difference, short } from "./same.ts";

type See = (answer: ClientAnswer, exchange: Exchange) => string | undefined;

function assertion(name: string, see: See, orLoss?: readonly string[]): Assertion {
  return {
    name: `client: ${name}`,
    check: (exchange) => see(exchange.answer, exchange),
    ...(orLoss !== undefined && { orLoss }),
  };
}

/** What the client must see. Every function gives one assertion; `orLoss` names fields that may be a loss instead. */
export const client = {
  /** The request succeeded. */
  succeeds: () =>
    assertion("succeeds", ({ status, error, raw }) =>
      status === 200 && error === undefined ? undefined : `status ${status}: ${short(raw, 300)}`,
    ),

  statusIn: (...statuses: readonly number[]) =>
    assertion(`status is one of ${statuses.join(", ")}`, ({ status, raw }) =>
      statuses.includes(status) ? undefined : `was ${status}: ${short(raw)}`,
    ),

  text: (wanted: string) => assertion(`text is ${short(wanted, 40)}`, ({ text }) => difference(text, wanted)),

  textIncludes: (wanted: string) =>
    assertion(`text has ${wanted}`, ({ text }) => (text.includes(wanted) ? undefined : `was ${short(text)}`)),

  /** Reasoning arrives in the dialect's own place and nowhere else. */
  thinking: (wanted: string) =>
    assertion("thinking arrives, apart from the text", ({ thinking, text }) => {
      if (thinking !== wanted) return `thinking was ${short(JSON.stringify(thinking))}`;
      return text.includes(wanted) ? "thinking is part of the text" : undefined;
    }),

  /** Calls in order; inputs are compared as values. */
  calls: (...wanted: readonly { readonly id?: string; readonly name: string; readonly input: unknown }[]) =>
    assertion(`calls ${wanted.map(({ name }) => name).join(", ") || "nothing"}`, ({ calls }) =>
      difference(
        calls.map(({ id, name, arguments: source }, i) => ({
          ...(wanted[i]?.id !== undefined && { id }),
          name,
          input: parseJson(source),
        })),
        wanted,
      ),
    ),

  /** The arguments of a call, to the byte; in a stream only, since bodies may hold objects. */
  argumentsExactly: (call: number, wanted: string) =>
    assertion(`arguments of call ${call} are the vendor's, byte for byte`, ({ calls }, { surface }) => {
      const seen = calls[call]?.arguments;
      // Where arguments are an object, there are no bytes to compare.
      if (surface.lacks["argument-fragments"] !== undefined)
        return difference(parseJson(seen ?? ""), parseJson(wanted));
      return seen === wanted ? undefined : `were ${short(JSON.stringify(seen))}`;
    }),

  distinctCallIds: () =>
    assertion("calls have ids of their own", ({ calls }) => {
      const ids = new Set(calls.map(({ id }) => id).filter((id) => id !== ""));
      return ids.size === calls.length ? undefined : `ids were ${calls.map(({ id }) => id).join(", ")}`;
    }),

  /** Why the model stopped, in the dialect's own word. */
  finish: (stop: ScriptStop) =>
    assertion(`stop reason says ${stop}`, ({ finish }, { surface }) =>
      finish !== undefined && surface.finishes[stop].includes(finish)
        ? undefined
        : `was ${finish}, not ${surface.finishes[stop].join(" or ")}`,
    ),

  stopSequence: (wanted: string) =>
    assertion(`the stop sequence is named`, ({ stopSequence }) => difference(stopSequence, wanted)),

  refusal: (wanted: string) =>
    assertion("the refusal's words arrive", ({ refusal, text }) =>
      refusal === wanted || text === wanted ? undefined : `were ${short(JSON.stringify(refusal))}`,
    ),

  /** Buckets that do not overlap, in whatever way the dialect adds them up. */
  usage: (wanted: Partial<ScriptUsage>) =>
    assertion(`usage is ${JSON.stringify(wanted)}`, ({ usage }) =>
      difference(Object.fromEntries(Object.keys(wanted).map((key) => [key, Object(usage)[key]])), wanted),
    ),

  noUsage: () =>
    assertion("there is no usage nobody asked for", ({ usage }) =>
      usage === undefined ? undefined : `was ${JSON.stringify(usage)}`,
    ),

  serviceTier: (wanted: string, orLoss?: readonly string[]) =>
    assertion(`the tier served is ${wanted}`, ({ serviceTier }) => difference(serviceTier, wanted), orLoss),

  header: (name: string, wanted: string) =>
    assertion(`header ${name} is ${wanted}`, ({ headers }) => difference(headers.get(name), wanted)),

  rawIncludes: (wanted: string) =>
    assertion(`the answer has ${short(wanted, 40)}`, ({ raw }) =>
      raw.includes(wanted) ? undefined : `was ${short(raw)}`,
    ),

  rawMatches: (wanted: RegExp) =>
    assertion(`the answer matches ${wanted}`, ({ raw }) =>
      wanted.test(raw) ? undefined : `was ${short(raw)}`,
    ),

  /** Events of this name in a stream. */
  eventCount: (name: string, wanted: number) =>
    assertion(`${name} comes ${wanted} times`, ({ raw }) => {
      const seen = readEvents(raw).filter(({ event }) => event === name).length;
      return seen === wanted ? undefined : `it came ${seen} times`;
    }),

  rawLacks: (unwanted: string, what: string) =>
    assertion(`the answer does not show ${what}`, ({ raw, headers }) =>
      raw.includes(unwanted) || [...headers.values()].join().includes(unwanted) ? "it does" : undefined,
    ),

  /** Refused before the answer began, in the dialect's own shape. */
  refused: (options: { readonly status: readonly number[]; readonly naming?: string }) =>
    assertion(
      `is refused with ${options.status.join(" or ")}${options.naming === undefined ? "" : `, naming ${options.naming}`}`,
      ({ status, error, raw }, { surface }) => {
        if (!options.status.includes(status)) return `status ${status}: ${short(raw)}`;
        if (error === undefined) return "without an error object";
        if (!surface.errorTypes(status).includes(error.type)) return `with the type ${error.type}`;
        const { naming } = options;
        if (naming === undefined || `${error.message} ${error.param}`.includes(naming)) return undefined;
        return `with the words: ${error.message}`;
      },
    ),

  /** A vendor's failure before the answer began. */
  fails: (fault: ScriptFault) =>
    assertion(`fails with a status that means ${fault}`, ({ status, error, raw }, { surface }) => {
      if (!faultStatuses[fault].includes(status)) return `status ${status}: ${short(raw)}`;
      if (error === undefined || error.inStream) return "without an error body";
      return surface.errorTypes(status).includes(error.type) ? undefined : `with the type ${error.type}`;
    }),

  /** A failure after content: one error event, and nothing that looks like an end. */
  breaksOff: (fault: ScriptFault) =>
    assertion(`ends with one error event that means ${fault}`, ({ error, finish }, { surface }) => {
      if (error === undefined) return `without an error; finish was ${finish}`;
      if (!error.inStream) return "before the stream began";
      if (finish !== undefined) return `after the stop reason ${finish}`;
      const types = faultStatuses[fault].flatMap((status) => surface.errorTypes(status));
      return types.includes(error.type) ? undefined : `with the type ${error.type}`;
    }),

  /** A stream that has begun although the vendor is silent, and shows a sign of life at every interval. */
  keptAlive: () =>
    assertion("signs of life come while the vendor is silent", ({ arrivals }, { keepaliveMs }) => {
      // Half an interval for a busy machine.
      const gaps = arrivals.map((at, i) => at - (arrivals[i - 1] ?? 0));
      const longest = Math.max(...gaps, 0);
      if (arrivals.length < 3) return `${arrivals.length} pieces came in all`;
      return longest <= keepaliveMs * 1.5
        ? undefined
        : `there was none for ${Math.round(longest)} ms: ${short(arrivals.map(Math.round).join(", "))}`;
    }),

  /** A vendor that broke its own protocol: an error before or in the stream, and no word that looks like an end. */
  refusedOrBrokenOff: () =>
    assertion("ends with an error, not with a false end", ({ error, finish, status }) => {
      if (error === undefined) return `status ${status}, finish was ${finish}`;
      return finish === undefined ? undefined : `after the stop reason ${finish}`;
    }),
};
