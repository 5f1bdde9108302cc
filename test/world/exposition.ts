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

interface Growing extends ReadFamily {
  type: string;
  readonly samples: ReadSample[];
}

/** Reads line after line. */
class Reading {
  readonly families = new Map<string, Growing>();
  private readonly seen = new Set<string>();
  private family: Growing | undefined;

  line(line: string): void {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') this.help(name, rest);
    else if (kind === 'TYPE') this.type(name, rest);
    else this.sample(line);
  }

  private help(name: string, help: string): void {
    if (this.families.has(name)) throw new Error(`${name} stands twice`);
    this.family = { name, help, type: '', samples: [] };
    this.families.set(name, this.family);
  }

  private type(name: string, type: string): void {
    if (this.family?.name !== name || this.family.type !== '') throw new Error(`the type of ${name} is out of place`);
    this.family.type = type;
  }

  private sample(line: string): void {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    const { family } = this;
    const ends = family?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!family || !ends.some((end) => family.name + end === name)) throw new Error(`out of place: ${line}`);
    const key = `${name}{${labels}}`;
    if (this.seen.has(key)) throw new Error(`twice: ${key}`);
    this.seen.add(key);
    family.samples.push({ name, labels: readLabels(labels), value: valueOf(value) });
  }
}

/** Reads the text format 0.0.4, and throws at anything that a strict reader would not take. */
export const readExposition = (page: string): ReadonlyMap<string, ReadFamily> => {
  const reading = new Reading();
  for (const line of page.split('\n')) if (line !== '') reading.line(line);
  return reading.families;
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
