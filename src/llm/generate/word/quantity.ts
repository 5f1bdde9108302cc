/** Seconds of a unit of time, by its names. */
const SECONDS: readonly (readonly [seconds: number, names: string])[] = [
  [0.001, 'ms millisecond milliseconds millis msec'],
  [1, 's sec secs second seconds'],
  [60, 'min mins minute minutes'],
  [3600, 'h hr hrs hour hours'],
  [86_400, 'd day days'],
  [604_800, 'week weeks'],
];

const UNITS: ReadonlyMap<string, number> = new Map(
  SECONDS.flatMap(([seconds, names]) => names.split(' ').map((name) => [name, seconds] as const)),
);

/** Seconds of a unit of time; undefined: it is none. */
export const secondsOf = (unit: string): number | undefined => UNITS.get(unit.toLowerCase());

const COUNTED = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Digits, with commas between thousands and a point before the fraction, or a word up to twelve. */
const NUMBER = String.raw`-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,15}(?:\.\d{1,10})?`;
const UNIT = [...UNITS.keys()].sort((a, b) => b.length - a.length).join('|');

/** A number that stands by itself: not a part of a name, a version, a date or an address. */
export const numbersIn = (text: string): IterableIterator<RegExpExecArray> =>
  text.matchAll(new RegExp(String.raw`(?<![\w.:/@#-])(?:${NUMBER}|${COUNTED.join('|')})(?![\d:@/]|[.,]\d|-\w)`, 'gi'));

/** What may follow a number: a unit of time, right behind it or after a space. */
export const unitAt = (text: string, at: number): RegExpExecArray | null => {
  const unit = new RegExp(String.raw`[\s-]?(${UNIT})\b`, 'iy');
  unit.lastIndex = at;
  return unit.exec(text);
};

/** The number that a text says; NaN: none. */
export const numberOf = (text: string): number => {
  const counted = COUNTED.indexOf(text.toLowerCase());
  return counted >= 0 ? counted : Number(text.replaceAll(',', ''));
};
