import type { MockVendor } from "../../mocks/shared/mock-server.ts";
import type { Requirement } from "../model/conformance-case.ts";
import type { WireId } from "../model/ids.ts";

/** A model of the gateway under test, and the mock vendor behind it. */
export interface TargetModel {
  /** The name by which a client asks for it. */
  readonly name: string;
  readonly mock: MockVendor;
  /** What the gateway holds for the vendor and must show nobody. */
  readonly secrets: readonly string[];
}

/** The gateway under test. */
export interface Target extends AsyncDisposable {
  readonly name: string;
  /** Without a path. */
  readonly url: string;
  readonly key: string;
  /** The header in which it names what it could not carry. */
  readonly lossHeader: string;
  /** Known failures of cases are Penstock's; other gateways are judged without them. */
  readonly isPenstock: boolean;
  /** The first upstream of the wire unless named; undefined when the gateway has no such model. */
  model(wire: WireId, upstream?: string): TargetModel | undefined;
  /** The same gateway for cases that need its keepalives: they are waited for. */
  readonly patient?: Target;
  /** The same gateway before mocks of their own, for cases that only wait: they go on beside the others. */
  readonly aside?: Target;
  /** Between two keepalives, in milliseconds. */
  readonly keepaliveMs: number;
  /** Requirements of cases that it does not meet, with the reason. */
  readonly lacks: Readonly<Partial<Record<Requirement, string>>>;
  /** The gateway's books on a request, where they can be read. */
  readonly ledger?: (requestId: string) => Promise<Readonly<Record<string, unknown>>>;
}
