const YES: ReadonlySet<string> = new Set(['true', 'yes', '1', 'y', 't', 'on']);
const NO: ReadonlySet<string> = new Set(['false', 'no', '0', 'n', 'f', 'off']);

/** A yes or a no, in any of the words of the platform; undefined: it is neither. */
export const yesOrNo = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
};

/** `a, b,` → a and b. */
export const entriesOf = (text: string): string[] =>
  text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));

/** A number; undefined: it is none. */
export const numberOf = (text: string): number | undefined => {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
};
