/** One thing that was measured. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit?: '' | '%' | 'ms' | '×';
  readonly goal?: string;
  readonly isMet?: boolean;
}

/** What one part of the evaluation found. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** What was done, and how to read it. */
  readonly about: string;
  readonly figures: readonly Figure[];
  readonly table?: Table;
  /** What could not be done, and why. */
  readonly missing?: string;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Evaluation {
  readonly seed: number;
  readonly scale: string;
  readonly seconds: number;
  readonly parts: readonly Part[];
}

/** At most `limit`, or at least. */
export const atMost = (name: string, value: number, limit: number, unit: Figure['unit'] = ''): Figure => ({
  ...{ name, value, unit, goal: `≤ ${limit}${unit && ` ${unit}`}`, isMet: value <= limit },
});

export const atLeast = (name: string, value: number, limit: number, unit: Figure['unit'] = ''): Figure => ({
  ...{ name, value, unit, goal: `≥ ${limit}${unit && ` ${unit}`}`, isMet: value >= limit },
});

export const percent = (some: number, all: number): number => (all === 0 ? 100 : (100 * some) / all);

/** The value below which that share of them lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
};

const text = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(Math.abs(value) < 10 ? 2 : 1);

export const valueOf = ({ value, unit = '' }: Figure): string => `${text(value)}${unit && ` ${unit}`}`;

const tableText = ({ head, rows }: Table): string => {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? text(cell) : cell)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};

const figureTable = (figures: readonly Figure[]): Table => ({
  head: ['figure', 'measured', 'goal', ''],
  rows: figures.map((figure) => {
    const { name, goal = '', isMet } = figure;
    return [name, valueOf(figure), goal, isMet === undefined ? '' : isMet ? 'met' : '**missed**'];
  }),
});

const partText = ({ title, about, figures, table, missing }: Part): string =>
  [
    `## ${title}\n`,
    about,
    ...(missing ? [`\nNot measured: ${missing}`] : []),
    ...(figures.length > 0 ? [`\n${tableText(figureTable(figures))}`] : []),
    ...(table && table.rows.length > 0 ? [`\n${tableText(table)}`] : []),
  ].join('\n');

/** The page; `day` as in 2026-11-30. */
export const pageOf = ({ seed, scale, seconds, parts }: Evaluation, day: string): string =>
  [
    '# How good the optimiser is\n',
    `Written by \`npm run eval\` on ${day}, form ${scale}, seed ${seed}, in ${Math.round(seconds)} s; no network, no key.`,
    'What the words mean: [optimizer.md](optimizer.md). Times were taken on a machine that others used, too.\n',
    parts.map(partText).join('\n\n'),
    '',
  ].join('\n');
