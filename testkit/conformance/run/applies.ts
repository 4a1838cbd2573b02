import type { ConformanceCase } from "../model/conformance-case.ts";
import type { Pair } from "./replay.ts";

/** Why a case does not apply to a cell; undefined when it does. */
export function whyNot(theCase: ConformanceCase, { surface, wire }: Pair): string | undefined {
  for (const { surfaces, wires, pair, why } of theCase.only ?? []) {
    const same = surface.id === wire.id;
    if (surfaces?.includes(surface.id) === false) return why;
    if (wires?.includes(wire.id) === false) return why;
    if (pair !== undefined && (pair === "same") !== same) return why;
  }
  for (const feature of theCase.asks ?? []) {
    const lack = surface.lacks[feature];
    if (lack !== undefined) return `${surface.id} clients: ${lack}`;
  }
  for (const feature of theCase.answers ?? []) {
    const lack = wire.lacks[feature];
    if (lack !== undefined) return `${wire.id} vendors: ${lack}`;
  }
  return undefined;
}
