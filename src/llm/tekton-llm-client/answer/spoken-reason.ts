const LONGEST = 300;
const MARK = '[secret]';
/** What looks like a credential although nobody told us that it is one. */
const CREDENTIALS =
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}|\b(?:sk|pk|rk|ghp|xox[abp])[-_][\w-]{6,}|(?<=:\/\/)[^\s/@]+@/gi;

/** As it is, inside JSON, and inside a URL. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
];

/** A text without the secrets in it. */
export const masked = (text: string, secrets: readonly string[]): string =>
  secrets.flatMap(formsOf).reduce((shown, form) => (shown.includes(form) ? shown.split(form).join(MARK) : shown), text);

/**
 * What a server said, as it may be shown: without the secrets that we sent and what looks like one, on one line, 300
 * characters at most.
 */
export const spokenReason = (text: string, secrets: readonly string[]): string => {
  // Masked before it is cut: half a secret is still half a secret.
  const shown = masked(text.slice(0, 64 * 1024), secrets)
    .replace(CREDENTIALS, MARK)
    // eslint-disable-next-line no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown || 'no reason given';
};
