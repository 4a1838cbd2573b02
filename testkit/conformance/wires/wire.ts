import type { Protocol } from "../../../src/wire/protocol.ts";
import type { Listen, MockVendor, RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { Lacks } from "../model/feature.ts";
import type { WireId } from "../model/ids.ts";
import type { Received, ReceivedPart } from "../model/received.ts";
import type { ScriptAnswer, ScriptFault } from "../model/script.ts";

/** A vendor's dialect: how it answers, and what it reads in a request. */
export interface WireAdapter {
  readonly id: WireId;
  readonly lacks: Lacks;
  /** The same dialect in Penstock, for replays in memory. */
  readonly protocol: Protocol;
  /** The vendors to test against; the first is the one that cases get unless they name another. */
  readonly upstreams: readonly UpstreamSpec[];
  readonly contentType: string;
  /** `wantsUsage`: the request asked for usage, where that has to be asked for. */
  stream(answer: ScriptAnswer, wantsUsage: boolean): StreamScript;
  wantsUsage(request: RecordedRequest): boolean;
  /** Whether a request asks for a stream; absent: its field `stream` says so. */
  wantsStream?(request: Pick<RecordedRequest, "body" | "path">): boolean;
  whole(answer: ScriptAnswer): unknown;
  fault(fault: FaultScript): WireFault;
  /** The same failure as an event of a stream, after the content of an answer where `said` is given. */
  faultEvent(fault: FaultScript, said?: ScriptAnswer): Uint8Array;
  read(request: RecordedRequest): Received;
  /** The signature under which the vendor gives this thinking; absent where it signs none. */
  signatureOf?(thinking: string): string;
  /** The signature under which the vendor gives this call; absent where it signs none. */
  callSignatureOf?(call: Extract<ReceivedPart, { readonly type: "call" }>): string;
  /** What the vendor gives in place of this hidden thinking; absent where it hides none. */
  sealed?(redacted: string): string;
  /** Streams that real vendors sent, as files of testkit/recordings. */
  readonly recordings: readonly string[];
  /** The bytes of a recorded stream, from its payloads. */
  frameRecorded(payloads: readonly string[]): Uint8Array;
}

/** A failure in the vendor's own words. */
export interface FaultScript {
  readonly fault: ScriptFault;
  readonly message: string;
}

/** The answer that says so. */
export interface WireFault {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The bytes of a stream, by what they say. */
export interface StreamScript {
  readonly content: Uint8Array;
  /** From the finish reason on, without the end mark. */
  readonly finish: Uint8Array;
  readonly endMark: Uint8Array;
}

/** One mock vendor, and how Penstock is told of it. */
export interface UpstreamSpec {
  readonly name: string;
  /** Upstreams of the same mock share its port. */
  readonly mock: string;
  readonly model: string;
  start(listen: Listen | undefined): MockVendor;
  readonly driver: string;
  /** The credential of Penstock's provider; the mock's API key unless told. */
  credentials?(mock: MockVendor): Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string | boolean>>;
}
