import type { JsonObject } from '@tekton/harmonia/plugin';

export const PATTERN = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'Names that count: `*` stands for any characters, `?` for one. Default: all.',
} as const satisfies JsonObject;

/** Whether a name fits, upper and lower case apart. Takes the product of the lengths at most, whatever the pattern. */
export const fitsPattern = (name: string, pattern: string): boolean => {
  let [at, wanted] = [0, 0];
  let [star, marked] = [-1, 0];
  while (at < name.length) {
    if (pattern[wanted] === '*') {
      star = wanted++;
      marked = at;
    } else if (pattern[wanted] === '?' || pattern[wanted] === name[at]) {
      at++;
      wanted++;
    } else if (star === -1) return false;
    else {
      wanted = star + 1;
      at = ++marked;
    }
  }
  while (pattern[wanted] === '*') wanted++;
  return wanted === pattern.length;
};
