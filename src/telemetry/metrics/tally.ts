/** What a family of series is called and says. */
export interface About {
  /** By the conventions of Prometheus: unit and, of counters, `_total` at the end. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export type Labels = Readonly<Record<string, string | number>>;

/** One line of the page. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** When it is not the name of the family: `…_bucket`. */
  readonly metricName?: string;
}

/** A family of series as it is now. */
export interface Family extends About {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Gives families to whoever asks; that may cost more than counting does. */
export interface Source {
  families(): readonly Family[] | Promise<readonly Family[]>;
}

/** Values of one label that are told apart; further ones are `other`, whatever people name things. */
export const MOST_VALUES = 200;
const OTHER = 'other';

/** Keeps what is counted apart by the values of some labels: at most so many of them. */
export class Apart<T> {
  private readonly kept = new Map<string, T>();
  /** Most tasks that follow one another are of one type. */
  private last: { readonly value: string; readonly of: T } | undefined;

  constructor(
    private readonly make: () => T,
    private readonly most = MOST_VALUES,
  ) {}

  /** For a value, or for all that came when there was no more room. */
  of(value: string): T {
    if (this.last?.value === value) return this.last.of;
    const known = this.kept.get(value) ?? this.begin(value);
    this.last = { value, of: known };
    return known;
  }

  private begin(value: string): T {
    if (this.kept.size >= this.most && value !== OTHER) return this.of(OTHER);
    const made = this.make();
    this.kept.set(value, made);
    return made;
  }

  entries(): Iterable<[string, T]> {
    return this.kept.entries();
  }
}

/** Counts by the value of one label. An addition each: fit for a hot path. */
export class Tally<K extends string> {
  private readonly counts: Record<K, number>;

  constructor(readonly values: readonly K[]) {
    this.counts = Object.fromEntries(values.map((value) => [value, 0])) as Record<K, number>;
  }

  add(value: K, amount = 1): void {
    this.counts[value] += amount;
  }

  samples(label: string, labels: Labels = {}): Sample[] {
    return this.values.map((value) => ({ labels: { ...labels, [label]: value }, value: this.counts[value] }));
  }
}

/** Seconds that tell tasks of microseconds from tasks of hours. */
export const TASK_TIMES = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600, 3600];
/** Seconds of what happens within the service. */
export const SHORT_TIMES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** A histogram. Some comparisons and two additions a value: fit for a hot path. */
export class Distribution {
  private readonly counts: number[];
  private sum = 0;
  private count = 0;

  /** `bounds`: upper ones, ascending. */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length).fill(0);
  }

  add(value: number): void {
    const { bounds, counts } = this;
    this.sum += value;
    this.count += 1;
    for (let at = 0; at < bounds.length; at++) {
      if (value > (bounds[at] as number)) continue;
      counts[at] = (counts[at] as number) + 1;
      return;
    }
  }

  samples(name: string, labels: Labels = {}): Sample[] {
    let below = 0;
    const buckets = this.bounds.map((le, at): Sample => {
      below += this.counts[at] as number;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: this.count },
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: this.count },
    ];
  }
}

export const counter = (about: About, samples: readonly Sample[]): Family => ({ ...about, type: 'counter', samples });

export const gauge = (about: About, value: number | readonly Sample[]): Family => ({
  ...about,
  type: 'gauge',
  samples: typeof value === 'number' ? [{ labels: {}, value }] : value,
});

export const histogram = (about: About, samples: (name: string) => readonly Sample[]): Family => ({
  ...about,
  type: 'histogram',
  samples: samples(about.name),
});
