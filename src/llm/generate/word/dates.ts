const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const MONTH = MONTHS.map((name) => `${name}|${name.slice(0, 3)}\\.?`).join('|');
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;

const ISO_TIME = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})/g;
const ISO_DAY = /\b(\d{4})-(\d{2})-(\d{2})\b/g;
const DAY_FIRST = new RegExp(String.raw`\b${DAY}\s(?:of\s)?(${MONTH}),?\s(\d{4})\b`, 'gi');
const MONTH_FIRST = new RegExp(String.raw`\b(${MONTH})\s${DAY},?\s(\d{4})\b`, 'gi');

/** A day, or a moment, as it stands in a text. */
export interface FoundDate {
  readonly is: 'date' | 'date-time';
  /** `2026-12-24`; `2026-12-24T18:00:00Z`, with its seconds. */
  readonly value: string;
  readonly at: number;
  readonly end: number;
}

const dayOf = (year: string, month: number, day: string): string | undefined => {
  const value = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(value) ? undefined : value;
};

const monthOf = (name: string): number =>
  MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;

const place = ({ index, 0: text }: RegExpExecArray): { at: number; end: number } => ({
  at: index,
  end: index + text.length,
});

/**
 * Days with their year, as ISO 8601 or with the name of the month. `03/04/2027` is two days, and `tomorrow` is another one
 * when the workflow runs: neither is guessed.
 */
export const datesIn = (text: string): readonly FoundDate[] => {
  const found: FoundDate[] = [];
  for (const match of text.matchAll(ISO_TIME)) {
    const value = match[0].replace(/(T\d{2}:\d{2})(?=Z|[+-])/, '$1:00');
    if (!Number.isNaN(Date.parse(value))) found.push({ is: 'date-time', value, ...place(match) });
  }
  const addDay = (match: RegExpExecArray, value: string | undefined): void => {
    if (value !== undefined) found.push({ is: 'date', value, ...place(match) });
  };
  for (const match of text.matchAll(ISO_DAY)) {
    const [, year = '', month = '', day = ''] = match;
    addDay(match, dayOf(year, Number(month), day));
  }
  for (const match of text.matchAll(DAY_FIRST)) {
    const [, day = '', month = '', year = ''] = match;
    addDay(match, dayOf(year, monthOf(month), day));
  }
  for (const match of text.matchAll(MONTH_FIRST)) {
    const [, month = '', day = '', year = ''] = match;
    addDay(match, dayOf(year, monthOf(month), day));
  }
  return found;
};
