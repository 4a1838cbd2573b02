import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";

/** Something that was seen, and what it is: an answer, a log, a database. */
interface Sighting {
  readonly where: string;
  readonly text: string;
  /** Names of the canaries that it shows on purpose, this once. */
  readonly shows: readonly string[];
}

/** Values that nobody must ever see, and everything that was seen. A new kind of secret is one more `add`. */
export class CanaryWatch {
  readonly #values = new Map<string, string>();
  readonly #seen: Sighting[] = [];

  /** `name` says what it is in the report. */
  add(name: string, value: string): string {
    if (value.length < 12) throw new Error(`the canary \`${name}\` is too short to be found reliably`);
    this.#values.set(name, value);
    return value;
  }

  see(where: string, text: string, { shows = [] }: { readonly shows?: readonly string[] } = {}): void {
    this.#seen.push({ where, text, shows });
  }

  /** How much was looked at, so that a watch that saw nothing is not taken for a clean one. */
  size(): { readonly canaries: number; readonly sightings: number } {
    return { canaries: this.#values.size, sightings: this.#seen.length };
  }

  /** Each canary that was seen where it must not be, in any spelling; never the value itself. */
  leaks(): readonly string[] {
    const leaks = new Set<string>();
    for (const [name, value] of this.#values) {
      const needles = spellings(value);
      for (const { where, text, shows } of this.#seen) {
        if (shows.includes(name)) continue;
        for (const [spelling, needle] of needles) {
          if (text.includes(needle)) leaks.add(`${name} (${spelling}) in ${where}`);
        }
      }
    }
    return [...leaks];
  }
}

function spellings(value: string): readonly (readonly [name: string, text: string])[] {
  const bytes = Buffer.from(value);
  // Inside a longer base64 text a value may begin at any of three places; the ends are not its own.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [
    ["as it is", value],
    ["percent-encoded", encodeURIComponent(value)],
    ["in JSON", JSON.stringify(value).slice(1, -1)],
    ["in hex", bytes.toString("hex")],
    ...base64.map((text) => ["in base64", text] as const),
    ...base64.map((text) => ["in base64url", text.replaceAll("+", "-").replaceAll("/", "_")] as const),
  ];
}

/** Every byte of the database's files, write-ahead log included, and on PostgreSQL every row of every table. */
export async function dumpDatabase(place: {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
}): Promise<string> {
  if (place.databaseUrl === undefined) {
    const files = readdirSync(place.dataDir).filter((name) => name.startsWith("penstock.db"));
    if (files.length === 0) throw new Error("there is no database to look into");
    return files.map((name) => readFileSync(join(place.dataDir, name), "latin1")).join("\n");
  }
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  try {
    const tables = await client.query(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const dumps: string[] = [];
    for (const { name } of tables.rows) {
      dumps.push(JSON.stringify((await client.query(`select * from "${name}"`)).rows));
    }
    if (dumps.length === 0) throw new Error("there is no table to look into");
    return dumps.join("\n");
  } finally {
    await client.end();
  }
}
