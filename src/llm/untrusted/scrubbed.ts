/** What stands where a secret was. */
export const SECRET = '[secret]';

/** Names of what is not to be told, before a value: `password=…`, `"api_key": "…"`. */
const NAMED =
  /((?:^|[^a-z0-9])[\w-]{0,40}(?:passw(?:or)?d|passwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie|session[-_]?id|signature)[\w-]{0,20}["']?\s{0,3}[:=]\s{0,3})(?:(?:Bearer|Basic)\s+)?(?:"[^"]{1,4000}"?|'[^']{1,4000}'?|[^\s"',;&}\])]{1,4000})/gi;
const SCHEMES = /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,4000}/gi;
/** As those who hand them out begin them. */
const ISSUED =
  /\b(?:sk|pk|rk|ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs]|npm|hf|AKIA|ASIA|AIza)[-_A-Za-z0-9][\w-]{6,4000}|\beyJ[\w-]{6,4000}(?:\.[\w-]{1,4000}){0,2}/g;
const KEYS = /-----BEGIN [A-Z ]{1,40}-----[^]{0,16000}?(?:-----END [A-Z ]{1,40}-----|$)/g;
/** Who one is at an address, what is asked of it, and the piece of it that browsers keep to themselves. */
const USER_INFO = /(?<=:\/\/)[^\s/@]{1,1000}@/g;
const QUERY = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s?#"'<>]{1,2000})[?#][^\s"'<>]{0,4000}/gi;
const ENVIRONMENT = /\$\{\s{0,3}env\.[^}]{0,200}\}?/g;
/** What no word is: long, of letters and digits mixed. */
const RUN = /[A-Za-z0-9+/_=-]{20,4000}/g;

/** Bits a character, by how often each stands in it. */
const entropyOf = (text: string): number => {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
};

const RANDOM_BITS = 3.4;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const looksRandom = (run: string): boolean =>
  /\d/.test(run) && /[A-Za-z]/.test(run) && !UUID.test(run) && entropyOf(run) >= RANDOM_BITS;

/** Control characters, and those that nobody sees. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;
/** The same but for tabs and ends of lines. */
const UNSEEN_IN_LINES = /[^\P{C}\t\n]+|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * A text that somebody wrote, as it may be told to a model: without what looks like a secret (by the name before it, by
 * how it begins, or because it is as good as random), without users, queries and fragments of addresses, on one line
 * unless `lines` is true, and no longer than `longest`. It may be too careful; what it can not know is a secret that is a
 * word.
 */
export const scrubbed = (text: string, longest: number, { lines = false } = {}): string => {
  // Scrubbed before it is cut: half a secret is still half a secret.
  const shown = text
    .slice(0, 64 * 1024)
    .replace(KEYS, SECRET)
    .replace(lines ? UNSEEN_IN_LINES : UNSEEN, ' ')
    .replace(USER_INFO, '')
    .replace(QUERY, '$1')
    .replace(NAMED, `$1${SECRET}`)
    .replace(SCHEMES, SECRET)
    .replace(ISSUED, SECRET)
    .replace(ENVIRONMENT, SECRET)
    .replace(RUN, (run) => (looksRandom(run) ? SECRET : run));
  const told = lines ? shown : shown.trim();
  return told.length > longest ? `${told.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : shown;
};
