import type { PenstockError } from "../../src/errors/penstock-error.ts";
import type { ReadAnswer } from "../conformance/model/answer.ts";
import type { Pair } from "../conformance/run/replay.ts";
import type { Observed } from "./lab.ts";

/** What may become of an answer: `broken` ones must end in an error, wherever they broke. */
export type Oracle = "any" | "broken";

export interface Judged extends Pair {
  readonly observed: Observed;
  readonly oracle: Oracle;
  /** Codes a refusal may have, by how they begin. */
  readonly blame: "upstream_" | "request";
}

/** What is wrong with the way an answer ended; undefined when nothing is. */
export function problemOf(judged: Judged): string | undefined {
  const { observed } = judged;
  const { records, refused, answered } = observed;
  const [record] = records;
  if (record === undefined || records.length !== 1) return `${records.length} usage records were left`;
  if (refused !== undefined) {
    if (record.outcome !== "failed") return `it was refused, and the ledger says ${record.outcome}`;
    return refusalProblem(judged, refused);
  }
  if (answered === undefined) return "there is neither an answer nor an error";
  if (answered.kind === "body") return bodyProblem(judged, answered.text);
  return record.passthrough ? relayProblem(judged, answered.text) : streamProblem(judged, answered.text);
}

const ownWords =
  /^the arguments of tool call \d+ are not JSON|^the input of block \d+ is not a JSON object|function_call: the (arguments are |call_id has \d{3,})|^a block of type /;

/** What a model writes into a call is its own, and so are blocks and ids of its vendor that are passed on unread. */
function violationsOf({ violations }: ReadAnswer): readonly string[] {
  return violations.filter((one) => !ownWords.test(one));
}

/** An error that says whose fault it is, in the client's own dialect. */
function refusalProblem({ surface, blame }: Judged, refused: PenstockError): string | undefined {
  const { code, cause } = refused;
  if (code === "internal") {
    return `it broke inside: ${cause instanceof Error ? cause.stack : String(cause)}`;
  }
  const isVendors = code.startsWith("upstream_");
  if (isVendors !== (blame === "upstream_")) return `it was refused with ${code}: ${refused.message}`;
  if (/\{(provider|reason|seconds)\}/.test(refused.message))
    return `its message is not filled in: ${refused.message}`;
  const { status, body } = surface.protocol.encodeError(refused, "req_fuzz");
  if (status < 400 || status > 599) return `it was refused with the status ${status}`;
  const { error, violations } = surface.readWhole(status, body);
  if (error === undefined) return `the client sees no error in ${body}`;
  return violations.length === 0 ? undefined : violations.join("; ");
}

function bodyProblem({ surface, observed, oracle }: Judged, text: string): string | undefined {
  const [record] = observed.records;
  if (record?.outcome !== "completed") return `there is an answer, and the ledger says ${record?.outcome}`;
  if (oracle === "broken") return `it is told as an answer: ${text.slice(0, 300)}`;
  // What was forwarded is the vendor's own word.
  if (record.passthrough) return undefined;
  const read = surface.readWhole(200, text);
  const { error } = read;
  const violations = violationsOf(read);
  if (error !== undefined) return `the answer is an error with status 200: ${text.slice(0, 300)}`;
  return violations.length === 0 ? undefined : `${violations.join("; ")}: ${text.slice(0, 600)}`;
}

/** A translated stream keeps to the grammar whatever the vendor sent, and ends once. */
function streamProblem({ surface, observed, oracle }: Judged, text: string): string | undefined {
  const read = surface.readStream(text);
  const { error, finish } = read;
  const violations = violationsOf(read);
  if (violations.length > 0) return `${violations.join("; ")}: ${text.slice(-1500)}`;
  if ((error === undefined) === (finish === undefined)) {
    return error === undefined ? "the stream has no end" : `it ends with ${finish} and with an error`;
  }
  const outcome = observed.records[0]?.outcome;
  if (outcome !== (error === undefined ? "completed" : "failed")) {
    return `the ledger says ${outcome}, the client got ${error === undefined ? finish : "an error"}`;
  }
  return oracle === "broken" && error === undefined ? `a broken answer ends with ${finish}` : undefined;
}

/** A forwarded stream is the vendor's own word, up to the error that the gateway adds. */
function relayProblem({ surface, observed, oracle }: Judged, text: string): string | undefined {
  const outcome = observed.records[0]?.outcome;
  if (outcome === "completed") {
    return oracle === "broken" ? "a broken answer was forwarded as a whole one" : undefined;
  }
  const last = text.trimEnd().split(/\n\n/).at(-1) ?? "";
  return surface.readStream(`${last}\n\n`).error === undefined
    ? `the ledger says ${outcome}, and the stream ends without an error: ${last.slice(0, 300)}`
    : undefined;
}
