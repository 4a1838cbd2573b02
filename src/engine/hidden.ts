const mark = "[secret]";

/** Prints as `[secret]` in JSON and inspection; spreading and reading its fields work as ever. */
class Hidden {
  toJSON(): string {
    return mark;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return mark;
  }
}

/** The same fields on an object that shows none of them: for headers that hold credentials. */
export function hidden<T extends Readonly<Record<string, string>>>(fields: T): T {
  return Object.assign(new Hidden(), fields) as T;
}
