/**
 * Names of the documents of one request as the API takes them: 1 to 200 letters, digits, spaces, hyphens and brackets, no
 * two spaces in a row, each once. Given out in the order of the documents, so that equal requests give equal names.
 */
export class DocumentNames {
  readonly #taken = new Set<string>();

  /** The name of one more document; without a file name it gets a neutral one, since the model reads it. */
  assign(filename: string | undefined): string {
    const base = safe(filename ?? "") || "document";
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base.slice(0, 190)} ${n}`;
    this.#taken.add(name);
    return name;
  }
}

/** The name without its extension, which the format says; empty when nothing of it can stay. */
function safe(filename: string): string {
  return withoutExtension(filename)
    .replace(/[^A-Za-z0-9\s\-()[\]]+/g, "-")
    .replace(/\s+/g, " ")
    .slice(0, 200)
    .replace(/^[\s-]+|[\s-]+$/g, "");
}

/** A file's name as far as the format does not repeat it. */
export function withoutExtension(filename: string): string {
  return filename.replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, "");
}
