/** How many of how many. */
export interface Count {
  readonly hits: number;
  readonly of: number;
}

const logFactorials = (to: number): Float64Array => {
  const logs = new Float64Array(to + 1);
  for (let n = 1; n <= to; n++) logs[n] = (logs[n - 1] as number) + Math.log(n);
  return logs;
};

/**
 * The probability to see at least as many hits in `after` by chance, when hits are as frequent in both (Fisher's exact
 * test, 1922, one side). Conservative: it is smaller than a level less often than the level says.
 */
export const atLeastAsMany = (before: Count, after: Count): number => {
  const [hits, of] = [before.hits + after.hits, before.of + after.of];
  const logs = logFactorials(of);
  const ways = (chosen: number, from: number): number =>
    (logs[from] as number) - (logs[chosen] as number) - (logs[from - chosen] as number);
  const all = ways(after.of, of);
  const most = Math.min(hits, after.of);
  let sum = 0;
  for (let seen = after.hits; seen <= most; seen++)
    if (after.of - seen <= of - hits) sum += Math.exp(ways(seen, hits) + ways(after.of - seen, of - hits) - all);
  return Math.min(1, sum);
};
