import { expect } from "bun:test";
import type { RequestBody } from "../../src/api/schemas/request.ts";
import type { Fault } from "./fault-cases.ts";
import type { FaultSurface, Words } from "./fault-surfaces.ts";
import type { Got } from "./fault-world.ts";
import { canary, pieces, saidText, tokens, type WireName } from "./wire-answers.ts";

/** One call of a matrix and what came of it. */
export interface Result {
  readonly surface: FaultSurface;
  readonly wire: WireName;
  readonly stream: boolean;
  readonly got: Got;
  readonly row: RequestBody;
}

/** Nothing of the vendor's words and of its credential is in an answer, nor in the ledger. */
export function expectNoSecrets({ got, row }: Result): void {
  const all = `${got.text} ${JSON.stringify([...got.headers])} ${JSON.stringify(row)}`;
  expect(all).not.toContain(canary);
  expect(all).not.toContain("<html>");
  expect(all).not.toContain("Overloaded, ");
}

/** The error, in the client's dialect, with the status where HTTP can still say it. */
export function expectFailure(result: Result, fault: Fault): void {
  const { surface, wire, stream, got, row } = result;
  const { status, code } = stream ? fault.stream(wire, row.passthrough) : fault.whole();
  const hasBegun = stream && (fault.afterContent === true || fault.isSilent === true);
  expect(got.status).toBe(hasBegun ? 200 : status);
  expect(got.headers.get("retry-after")).toBe(fault.retryAfter ?? null);
  expect(surface.ends.test(got.text)).toBe(false);
  if (hasBegun) {
    expect(got.headers.get("content-type")).toStartWith(surface.streamType);
    const said = fault.afterContent === true ? pieces.slice(0, 2).join("") : "";
    if (!got.text.includes("oops")) expect(surface.streamed(got.text)).toBe(said);
    else expect(row.passthrough).toBe(true);
    expect(surface.keepalive.test(got.text)).toBe(fault.isSilent === true);
    const told = surface.events(got.text).filter(isFailure);
    expect(told.map(surface.told)).toEqual([surface.expected(status, code)]);
    const last = surface.events(got.text).at(-1);
    // A response that was told anew, and has begun, is closed by an event that says it failed.
    if (surface.name === "responses" && fault.afterContent === true && !row.passthrough)
      expect(last?.type).toBe("response.failed");
    else expect(last).toEqual(told[0] as Words);
  } else {
    expect(got.headers.get("x-penstock-error")).toBe(code);
    expect(surface.told(JSON.parse(got.text))).toEqual(surface.expected(status, code));
  }
  expect(row).toMatchObject({ outcome: "failed", status, error_code: code, stream });
  expect(row.attempts).toMatchObject([{ outcome: "failed", error_code: code, status }]);
  expectCost(result, fault.afterContent === true && stream);
}

function isFailure({ type, error }: Words): boolean {
  return type !== "response.failed" && typeof error === "object" && error !== null;
}

/** A failed call costs what its vendor has reported, or what the client has got of it. */
function expectCost({ row, wire, stream }: Result, hasContent: boolean): void {
  const { input, output, estimated } = row.usage;
  if (hasContent) {
    expect(input).toBeGreaterThan(0);
    expect(output).toBeGreaterThan(0);
    expect(estimated).toBe(true);
  } else if (wire !== "messages" || !stream) expect([input, output, estimated]).toEqual([0, 0, false]);
  expect((row.cost_usd ?? 0) > 0).toBe(input > 0);
}

/** The whole answer, once, and its price. `place`: the target that gave it. */
export function expectAnswer(result: Result, place: string): void {
  const { surface, stream, got, row } = result;
  expect([got.status, got.headers.get("x-penstock-error")]).toEqual([200, null]);
  if (stream) {
    expect(surface.streamed(got.text)).toBe(saidText);
    expect(surface.ends.test(got.text)).toBe(true);
    expect(surface.events(got.text).filter(isFailure)).toEqual([]);
  } else expect(surface.whole(JSON.parse(got.text))).toBe(saidText);
  expect(row).toMatchObject({ outcome: "completed", status: 200, error_code: null, provider: place });
  expect(row.usage).toMatchObject({ ...tokens, estimated: false });
  expect(row.cost_usd).toBeGreaterThan(0);
}

/** Says of which call an expectation failed. */
export function inContext(result: Result, check: () => void): void {
  try {
    check();
  } catch (error) {
    const { surface, wire, stream, got } = result;
    const name = `${surface.name} over ${wire}, ${stream ? "a stream" : "whole"}`;
    throw new Error(`${name}: ${(error as Error).message}\n${got.text.slice(0, 2_000)}`);
  }
}
