type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The fields that are set: the tree tells absent from undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  const set: Record<string, unknown> = {};
  // Not `Object.entries`: its pairs cost eight times as much, and every translated request comes through here.
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) set[key] = value;
  }
  return set as Defined<T>;
}
