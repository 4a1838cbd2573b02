import { PenstockError } from "../errors/penstock-error.ts";

/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Bounds of a number, both inclusive. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** One and more. */
export const positive: NumberRange = Object.freeze({ min: 1 });
/** What probabilities are within. */
export const unitInterval: NumberRange = Object.freeze({ min: 0, max: 1 });

/**
 * Reads one object of a client's request, field by field. Every method throws `invalid_request` whose `param` is the
 * exact path of the field at fault. `null` counts as absent in the optional methods, since SDKs send it for "unset".
 */
export class ObjectReader {
  readonly value: JsonObject;
  readonly path: string;

  constructor(value: unknown, path: string) {
    if (!isObject(value)) invalid(path, `must be an object, not ${kindOf(value)}`);
    this.value = value;
    this.path = path;
  }

  /** The path of a field of this object. */
  at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  /** Present and not null. */
  has(key: string): boolean {
    const value = this.value[key];
    return value !== undefined && value !== null;
  }

  string(key: string): string {
    const value = this.value[key];
    return typeof value === "string" ? value : readString(value, this.at(key));
  }

  optionalString(key: string): string | undefined {
    return this.has(key) ? this.string(key) : undefined;
  }

  optionalBoolean(key: string): boolean | undefined {
    if (!this.has(key)) return undefined;
    const value = this.value[key];
    return typeof value === "boolean"
      ? value
      : invalid(this.at(key), `must be true or false, not ${kindOf(value)}`);
  }

  optionalNumber(key: string, range?: NumberRange): number | undefined {
    if (!this.has(key)) return undefined;
    const value = this.value[key];
    if (typeof value !== "number") return invalid(this.at(key), `must be a number, not ${kindOf(value)}`);
    return range === undefined || isWithin(value, range) ? value : invalid(this.at(key), boundsOf(range));
  }

  optionalInteger(key: string, range?: NumberRange): number | undefined {
    const value = this.optionalNumber(key, range);
    if (value === undefined || Number.isInteger(value)) return value;
    return invalid(this.at(key), `must be an integer, not ${value}`);
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.value[key];
    return findOneOf(value, allowed) ?? invalid(this.at(key), notOneOf(value, allowed));
  }

  optionalOneOf<const T extends string>(key: string, allowed: readonly T[]): T | undefined {
    return this.has(key) ? this.oneOf(key, allowed) : undefined;
  }

  array(key: string): readonly unknown[] {
    const value = this.value[key];
    return Array.isArray(value) ? value : readArray(value, this.at(key));
  }

  /** Empty when absent. */
  optionalArray(key: string): readonly unknown[] {
    return this.has(key) ? this.array(key) : nothing;
  }

  object(key: string): ObjectReader {
    return new ObjectReader(this.value[key], this.at(key));
  }

  optionalObject(key: string): ObjectReader | undefined {
    return this.has(key) ? this.object(key) : undefined;
  }

  /** The fields that are not in `known`, null ones left out. */
  rest(known: ReadonlySet<string>): Record<string, unknown> {
    const rest: Record<string, unknown> = {};
    for (const key of Object.keys(this.value)) {
      if (!known.has(key) && key !== "__proto__" && this.has(key)) rest[key] = this.value[key];
    }
    return rest;
  }
}

const nothing: readonly unknown[] = [];

/** Throws `invalid_request` that names the field: "`path` problem.". An empty path is the body itself. */
export function invalid(path: string, problem: string): never {
  const subject = path === "" ? "The request body" : `\`${path}\``;
  throw new PenstockError("invalid_request", {
    fields: { reason: `${subject} ${problem}.` },
    ...(path === "" ? {} : { param: path }),
  });
}

export function readString(value: unknown, path: string): string {
  return typeof value === "string" ? value : invalid(path, `must be a string, not ${kindOf(value)}`);
}

export function readArray(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : invalid(path, `must be an array, not ${kindOf(value)}`);
}

export function readOneOf<const T extends string>(
  value: unknown,
  options: { readonly allowed: readonly T[]; readonly path: string },
): T {
  const { allowed, path } = options;
  return findOneOf(value, allowed) ?? invalid(path, notOneOf(value, allowed));
}

function findOneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  for (const candidate of allowed) if (candidate === value) return candidate;
  return undefined;
}

function notOneOf(value: unknown, allowed: readonly string[]): string {
  const got = typeof value === "string" && value.length <= 40 ? JSON.stringify(value) : kindOf(value);
  return `must be one of ${allowed.map((name) => `"${name}"`).join(", ")}, not ${got}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWithin(value: number, { min, max }: NumberRange): boolean {
  return !(min !== undefined && value < min) && !(max !== undefined && value > max);
}

function boundsOf({ min, max }: NumberRange): string {
  if (max === undefined) return `must be at least ${min}`;
  return min === undefined ? `must be at most ${max}` : `must be between ${min} and ${max}`;
}

/** What a value is, in words for the caller. */
function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}
