import { isJsonObject, type Json } from '../../kernel/index.js';
import { isSecretName } from '../../tekton/utilities/logging/index.js';
import { scrubbed, SECRET } from './scrubbed.js';

/** Characters of a name that are told. */
const LONGEST_NAME = 200;

/**
 * JSON that somebody gave, as it may be told to a model: without the values of fields whose names say that they are secret,
 * each text and name without what looks like a secret. Ends of lines stay. `longest`: characters of a text.
 */
export const scrubbedJson = (value: Json, longest: number): Json => {
  if (typeof value === 'string') return scrubbed(value, longest, { lines: true });
  if (Array.isArray(value)) return value.map((one: Json) => scrubbedJson(one, longest));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      scrubbed(name, LONGEST_NAME),
      isSecretName(name) && inner !== null ? SECRET : scrubbedJson(inner, longest),
    ]),
  );
};
