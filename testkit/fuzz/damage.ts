import type { Frame } from "./frames.ts";

/** A change of bytes; places are shares of the length, from 0 to 1. */
export type ByteDamage =
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "flip"; readonly at: number; readonly mask: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "delete"; readonly at: number; readonly count: number }
  | { readonly kind: "repeat"; readonly at: number; readonly count: number };

/** A change of a JSON text. `pick` chooses a place in it. */
export type ValueDamage =
  | { readonly kind: "value"; readonly pick: number; readonly value: unknown }
  | { readonly kind: "field"; readonly pick: number; readonly name: string; readonly value: unknown }
  | { readonly kind: "remove"; readonly pick: number };

/** A change of the row of events; `at` as in `ByteDamage`. */
export type FrameDamage =
  | { readonly kind: "drop"; readonly at: number }
  | { readonly kind: "twice"; readonly at: number }
  | { readonly kind: "swap"; readonly at: number }
  | { readonly kind: "junk"; readonly at: number; readonly data: string; readonly named: boolean }
  | { readonly kind: "inside"; readonly at: number; readonly damage: ValueDamage };

/** The bytes after the change. */
export function damageBytes(bytes: Uint8Array, damage: ByteDamage): Uint8Array {
  const at = Math.floor(damage.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (damage.kind) {
    case "cut":
      return before;
    case "flip": {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ damage.mask;
      return changed.subarray(0, bytes.length);
    }
    case "insert":
      return Buffer.concat([before, damage.bytes, after]);
    case "delete":
      return Buffer.concat([before, after.subarray(damage.count)]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, damage.count), after]);
  }
}

/** The text after the change; one that is not JSON stays as it is. */
export function damageJson(text: string, damage: ValueDamage): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text;
  }
  const places = placesIn(parsed);
  const place = places[damage.pick % places.length];
  if (place === undefined) return JSON.stringify("value" in damage ? damage.value : null);
  change(place, damage);
  return JSON.stringify(parsed);
}

/** The events after the change. */
export function damageFrames(frames: readonly Frame[], damage: FrameDamage): readonly Frame[] {
  const at = Math.min(frames.length - 1, Math.floor(damage.at * frames.length));
  const frame = frames[at];
  if (frame === undefined) return frames;
  const [before, after] = [frames.slice(0, at), frames.slice(at + 1)];
  switch (damage.kind) {
    case "drop":
      return [...before, ...after];
    case "twice":
      return [...before, frame, frame, ...after];
    case "swap":
      return [...before, ...after.slice(0, 1), frame, ...after.slice(1)];
    case "junk":
      return [
        ...before,
        { event: damage.named ? frame.event : undefined, data: damage.data },
        frame,
        ...after,
      ];
    case "inside":
      return [...before, { ...frame, data: damageJson(frame.data, damage.damage) }, ...after];
  }
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function change({ holder, key }: Place, damage: ValueDamage): void {
  switch (damage.kind) {
    case "value":
      define(holder, key, damage.value);
      return;
    case "field":
      define(holder, Array.isArray(holder) ? key : damage.name, damage.value);
      return;
    case "remove":
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
  }
}

/** A field of that name, also where the name means something else to an assignment. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
