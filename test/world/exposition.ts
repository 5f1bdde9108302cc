/** One sample of a page of Prometheus. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

const readLabels = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const found = LABEL.exec(text);
    if (!found) throw new Error(`no labels: ${text.slice(at)}`);
    labels[found[1] as string] = found[2] as string;
  }
  return labels;
};

const valueOf = (text: string): number => {
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
  if (Number.isNaN(value) && text !== 'Nan' && text !== 'NaN') throw new Error(`no value: ${text}`);
  return value;
};

/** Reads the text format 0.0.4, and throws at anything that a strict reader would not take. */
export const readExposition = (page: string): ReadonlyMap<string, ReadFamily> => {
  const families = new Map<string, { name: string; help: string; type: string; samples: ReadSample[] }>();
  const seen = new Set<string>();
  let family: { name: string; help: string; type: string; samples: ReadSample[] } | undefined;
  for (const line of page.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`${name} stands twice`);
      family = { name, help: rest, type: '', samples: [] };
      families.set(name, family);
    } else if (kind === 'TYPE') {
      if (family?.name !== name || family.type !== '') throw new Error(`the type of ${name} is out of place`);
      family.type = rest;
    } else {
      const [, sample = '', labels = '', value = ''] = LINE.exec(line) ?? [];
      const of = family;
      const names = of?.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => of.name + end) : [of?.name];
      if (!of || !names.includes(sample)) throw new Error(`out of place: ${line}`);
      const key = `${sample}{${labels}}`;
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      of.samples.push({ name: sample, labels: readLabels(labels), value: valueOf(value) });
    }
  }
  return families;
};

/** The value of a series; undefined when there is none. */
export const valueIn = (
  families: ReadonlyMap<string, ReadFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined => {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  return family?.samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;
};
