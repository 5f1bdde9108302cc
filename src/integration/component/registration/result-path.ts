import { err, isJsonObject, ok, ownValue, pointerTokens, type Json, type Result } from '../../../kernel/index.js';

/** Where in an answer the result is: names of fields and indexes of lists. */
export type ResultPath = readonly (string | number)[];

const LONGEST = 512;
const MOST_STEPS = 32;
/** `.name`, `[0]`, `["a name"]`, `['a name']`. */
const STEP = /(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[(0|[1-9]\d{0,8})\]|\["([^"\\]*)"\]|\['([^'\\]*)'\])/y;

const jsonPath = (text: string): Result<ResultPath, string> => {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const found = STEP.exec(text);
    if (!found) return err(`it is lost at "${text.slice(at, at + 20)}"`);
    const [, name, index, double, single] = found;
    steps.push(index === undefined ? (name ?? double ?? single ?? '') : Number(index));
  }
  return ok(steps);
};

/** `$.a[0]["b c"]`, or a JSON pointer `/a/0/b c`: a small part of JSONPath that names one place. The error is a reason. */
export const parseResultPath = (text: string): Result<ResultPath, string> => {
  if (text.length > LONGEST) return err(`it has more than ${LONGEST} characters`);
  if (!text.startsWith('$') && !text.startsWith('/')) return err('it begins neither with $ nor with /');
  if (text.startsWith('/') && /~(?![01])/.test(text)) return err('~ stands alone; write ~0');
  const path = text.startsWith('$') ? jsonPath(text) : ok(pointerTokens(text));
  return path.ok && path.value.length > MOST_STEPS ? err(`it has more than ${MOST_STEPS} steps`) : path;
};

const entryOf = (list: readonly Json[], step: string | number): Json | undefined =>
  typeof step === 'number' || /^(0|[1-9]\d{0,8})$/.test(step) ? list[Number(step)] : undefined;

/** What stands at a path; undefined: nothing. Only own fields count. */
export const resultAt = (answer: Json, path: ResultPath): Json | undefined => {
  let value: Json | undefined = answer;
  for (const step of path) {
    if (Array.isArray(value)) value = entryOf(value as readonly Json[], step);
    else value = value !== undefined && isJsonObject(value) ? ownValue<Json>(value, String(step)) : undefined;
  }
  return value;
};
