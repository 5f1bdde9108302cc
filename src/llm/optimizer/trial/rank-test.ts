/** How one sample lies to another. */
export interface Shift {
  /** The median of all differences of an `after` and a `before` (Hodges and Lehmann, 1963). */
  readonly change: number;
  /** No less and no more than this, each with the confidence asked for; infinite: there are too few values to say. */
  readonly least: number;
  readonly most: number;
}

/**
 * In how many of the orders of `few` and `many` values the statistic of Mann and Whitney is 0, 1, …, up to half of its
 * range: the coefficients of the Gaussian binomial, built up factor by factor.
 */
export const rankCounts = (few: number, many: number): Float64Array => {
  const counts = new Float64Array(Math.floor((few * many) / 2) + 1);
  counts[0] = 1;
  for (let factor = 1; factor <= few; factor++) {
    const up = many + factor;
    for (let k = counts.length - 1; k >= up; k--) counts[k] = (counts[k] as number) - (counts[k - up] as number);
    for (let k = factor; k < counts.length; k++) counts[k] = (counts[k] as number) + (counts[k - factor] as number);
  }
  return counts;
};

/** Ways to choose so many. */
export const waysToChoose = (chosen: number, of: number): number => {
  let ways = 1;
  for (let index = 1; index <= chosen; index++) ways = (ways * (of - chosen + index)) / index;
  return ways;
};

/** How many of the smallest differences lie below a bound that is too high with no more than this probability. */
const outside = (before: number, after: number, level: number): number => {
  const [few, many] = before < after ? [before, after] : [after, before];
  const most = level * waysToChoose(few, few + many);
  const counts = rankCounts(few, many);
  let [sum, place] = [0, 0];
  while (place < counts.length && sum + (counts[place] as number) <= most) sum += counts[place++] as number;
  return place;
};

/**
 * The shift of Mann and Whitney's test (1947) with its exact bounds for small samples: each is wrong with a probability of
 * at most `level` when the two differ by a shift, whatever their distribution. Equal values only make the bounds wider
 * (Noether, 1967). Undefined: one of the two is empty.
 */
export const shiftBetween = (before: readonly number[], after: readonly number[], level: number): Shift | undefined => {
  if (before.length === 0 || after.length === 0) return undefined;
  const differences = new Float64Array(before.length * after.length);
  let place = 0;
  for (const one of after) for (const other of before) differences[place++] = one - other;
  differences.sort();
  const size = differences.length;
  const middle = size >> 1;
  const upper = differences[middle] as number;
  const change = size % 2 === 1 ? upper : ((differences[middle - 1] as number) + upper) / 2;
  const left = outside(before.length, after.length, level);
  if (left === 0) return { change, least: -Infinity, most: Infinity };
  return { change, least: differences[left - 1] as number, most: differences[size - left] as number };
};
