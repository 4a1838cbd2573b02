interface Family {
  readonly help: string;
  readonly type: string;
  /** By name and labels as they are written. */
  readonly samples: Map<string, number>;
}

type Combine = (a: number, b: number) => number;

const add: Combine = (a, b) => a + b;

/** Gauges that are no amounts, by the end of their names: what is true of all, or worst of any. */
const combinations: readonly (readonly [suffix: RegExp, combine: Combine])[] = [
  [/(_up|_shared|_version|_start_time_seconds)$/, Math.min],
  [/(_info|_age_seconds|_failures|_max_fds|_replicas)$/, Math.max],
  [/_lag(_\w+)?_seconds$/, Math.max],
];

/** Several processes' metrics in Prometheus' text format as those of one: counts are added, gauges as it fits them. */
export function mergeExpositions(texts: readonly string[]): string {
  const merged = new Map<string, Family>();
  for (const text of texts) for (const [name, family] of parse(text)) fold(merged, name, family);
  return print(merged);
}

/** Only what must never go down when its process is gone. */
export function countersOf(text: string): string {
  return print(
    new Map([...parse(text)].filter(([, { type }]) => type === "counter" || type === "histogram")),
  );
}

function fold(merged: Map<string, Family>, name: string, family: Family): void {
  const known = merged.get(name);
  if (known === undefined) {
    merged.set(name, { ...family, samples: new Map(family.samples) });
    return;
  }
  const combine =
    known.type === "gauge" ? (combinations.find(([suffix]) => suffix.test(name))?.[1] ?? add) : add;
  for (const [series, value] of family.samples) {
    const before = known.samples.get(series);
    known.samples.set(series, before === undefined ? value : combine(before, value));
  }
}

function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let help = "";
  let samples: Map<string, number> | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("# HELP ")) help = line;
    else if (line.startsWith("# TYPE ")) {
      const [, , name = "", type = ""] = line.split(" ");
      samples = new Map();
      families.set(name, { help, type, samples });
    } else if (line !== "") {
      const cut = line.lastIndexOf(" ");
      samples?.set(line.slice(0, cut), Number(line.slice(cut + 1)));
    }
  }
  return families;
}

function print(families: ReadonlyMap<string, Family>): string {
  const lines: string[] = [];
  for (const [name, { help, type, samples }] of families) {
    lines.push(help, `# TYPE ${name} ${type}`);
    for (const [series, value] of samples) lines.push(`${series} ${value}`);
    lines.push("");
  }
  return lines.join("\n");
}
