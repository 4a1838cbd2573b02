import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { SurfaceAdapter } from "../surfaces/surface.ts";
import type { WireAdapter } from "../wires/wire.ts";
import type { ClientAnswer } from "./answer.ts";
import type { Ask } from "./ask.ts";

/** One request and its answer, seen from both sides. */
export interface Exchange {
  readonly ask: Ask;
  readonly stream: boolean;
  readonly surface: SurfaceAdapter;
  readonly wire: WireAdapter;
  readonly answer: ClientAnswer;
  /** What the vendor received during this exchange. */
  readonly received: readonly RecordedRequest[];
  /** What the gateway holds for the vendor and must show nobody. */
  readonly vendorSecrets: readonly string[];
  /** The header in which the gateway names what it could not carry. */
  readonly lossHeader: string;
  readonly earlier: readonly Exchange[];
  /** Between two signs of life of a gateway whose vendor is silent, in milliseconds. */
  readonly keepaliveMs: number;
  /** Milliseconds from the client's hanging up to the vendor's noticing; undefined when it did not within 2 s. */
  readonly abortedAfter: number | undefined;
  /** Requests that reached an address which no request may reach. */
  readonly trapped: number;
  /** The ledger's row of the request, where the gateway under test has a ledger we can read. */
  readonly ledger: Readonly<Record<string, unknown>> | undefined;
}

/** One thing that must hold, by name. */
export interface Assertion {
  readonly name: string;
  /** Undefined when it holds, else what was seen instead. */
  check(exchange: Exchange): string | undefined | Promise<string | undefined>;
  /**
   * The fields of which at least one may be named as a loss instead: then the case passes with a loss. A loss in silence
   * fails.
   */
  readonly orLoss?: readonly string[];
}
