/** Column conversions shared by the repositories. Text in a JSON column was written by us, so it is trusted inside. */

export function toFlag(value: boolean): number {
  return value ? 1 : 0;
}

export function toNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

export function toOptional<T>(value: T | null): T | undefined {
  return value ?? undefined;
}

/** Parses a JSON column; `T` is what the same column was written from. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** The form in which names are compared: Unicode-normalized, without case. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Drops what is undefined, so that an update touches only the columns that were given. */
export function defined<T extends object>(columns: T): Partial<T> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<T>;
}
