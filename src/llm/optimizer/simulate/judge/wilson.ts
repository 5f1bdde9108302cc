/** The interval of a share of so many cases that holds it with 95 % (Wilson, 1927). */
export const wilson = (share: number, of: number): readonly [number, number] => {
  if (of === 0) return [0, 1];
  const square = 1.96 ** 2;
  const middle = share + square / (2 * of);
  const half = 1.96 * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return [Math.max(0, (middle - half) / (1 + square / of)), Math.min(1, (middle + half) / (1 + square / of))];
};
