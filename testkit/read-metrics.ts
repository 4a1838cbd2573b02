/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape told. */
export interface Scrape {
  readonly text: string;
  readonly series: readonly Sample[];
  /** The one sample of that name; throws when there is none or more than one. */
  value(name: string): number;
  /** All samples of that name that have these labels, added up. */
  sum(name: string, labels: Readonly<Record<string, string>>): number;
}

/** Reads Prometheus' text format as strictly as Prometheus does; throws at a line that is none. */
export function readMetrics(text: string): Scrape {
  const series: Sample[] = [];
  const seen = new Set<string>();
  const typed = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ")) continue;
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)?.[1];
    if (type !== undefined) {
      if (typed.has(type)) throw new Error(`two families are called ${type}`);
      typed.add(type);
      continue;
    }
    const match = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line);
    const [, name = "", told = "", number = ""] = match ?? [];
    const labels = Object.fromEntries(
      [...told.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g)].map(([, key = "", value = ""]) => [key, value]),
    );
    const key = line.slice(0, line.lastIndexOf(" "));
    if (match === null || Number.isNaN(Number(number))) throw new Error(`not a sample: ${line}`);
    if (seen.has(key)) throw new Error(`told twice: ${key}`);
    seen.add(key);
    series.push({ name, labels, value: Number(number) });
  }
  const having = (name: string, labels: Readonly<Record<string, string>>) =>
    series.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  return {
    text,
    series,
    value(name) {
      const [one, ...more] = having(name, {});
      if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} samples of ${name}`);
      return one.value;
    },
    sum: (name, labels) => having(name, labels).reduce((sum, { value }) => sum + value, 0),
  };
}
