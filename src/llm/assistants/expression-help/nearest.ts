import leven from 'leven';

/** Names that are offered for one that is not there. */
const MOST = 3;
/** Longer names are not looked at, and more than so many neither. */
const LONGEST = 64;
const MOST_LOOKED_AT = 2000;

/** The names that somebody may have meant, the nearest first: a third of the letters may be wrong. */
export const nearest = (said: string, names: Iterable<string>): string[] => {
  if (said.length > LONGEST) return [];
  const wanted = said.toLowerCase();
  const most = Math.max(1, Math.floor(said.length / 3));
  const found: { readonly name: string; readonly distance: number }[] = [];
  let left = MOST_LOOKED_AT;
  for (const name of names) {
    if (left-- === 0) break;
    if (name === said || name.length > LONGEST) continue;
    const known = name.toLowerCase();
    const isPart = wanted.length >= 3 && known.length >= 3 && (known.startsWith(wanted) || wanted.startsWith(known));
    const distance = leven(wanted, known);
    if (distance <= most || isPart) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, MOST).map(({ name }) => name);
};
