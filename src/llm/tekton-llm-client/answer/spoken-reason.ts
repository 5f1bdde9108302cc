const LONGEST = 300;
const MARK = '[secret]';
/** What looks like a credential although nobody told us that it is one. */
const CREDENTIALS =
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}|\b(?:sk|pk|rk|ghp|xox[abp])[-_][\w-]{6,}|(?<=:\/\/)[^\s/@]+@/gi;

/**
 * What a server said, as it may be shown: without the secrets that we sent and what looks like one, on one line, 300
 * characters at most.
 */
export const spokenReason = (text: string, secrets: readonly string[]): string => {
  // Masked before it is cut: half a secret is still half a secret.
  let shown = text.slice(0, 64 * 1024);
  for (const secret of secrets) if (secret !== '') shown = shown.split(secret).join(MARK);
  shown = shown
    .replace(CREDENTIALS, MARK)
    // eslint-disable-next-line no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown || 'no reason given';
};
