import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { JsonLineReader } from '../tekton-llm-client/index.js';

/** Objects, lists and texts that lines may stand in, one in the other. */
const DEEPEST = 5;

/** Whether an object is meant as a line, right or wrong. */
type IsLine = (value: JsonObject) => boolean;

/**
 * The lines in a value that a model wrote: it is one itself, or some are in it, in a list, behind a field (`proposals`), as
 * the arguments of a call of a tool, or as a text of JSON. A value with none of them stands for itself; an empty list
 * says that there is nothing to say.
 */
export const linesIn = (value: Json, isLine: IsLine): readonly Json[] => {
  if (isJsonObject(value) && isLine(value)) return [value];
  if (Array.isArray(value) && value.length === 0) return [];
  const found = inside(value, isLine, 0);
  return found.length > 0 ? found : [value];
};

const inside = (value: Json | undefined, isLine: IsLine, depth: number): readonly Json[] => {
  if (depth > DEEPEST || value === undefined) return [];
  if (typeof value === 'string') return inText(value, isLine, depth);
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((one) => inside(one, isLine, depth + 1));
  if (!isJsonObject(value)) return [];
  return isLine(value) ? [value] : Object.values(value).flatMap((one) => inside(one, isLine, depth + 1));
};

const inText = (text: string, isLine: IsLine, depth: number): readonly Json[] => {
  if (!text.includes('{')) return [];
  const reader = new JsonLineReader();
  const found = [...reader.push(text), ...reader.end()];
  return found.flatMap((line) => (line.is === 'value' ? inside(line.value, isLine, depth + 1) : []));
};
