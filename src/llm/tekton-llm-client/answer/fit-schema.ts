import type { CheckedSchema, SchemaProblem } from '../../../engine/core/index.js';
import { canonicalJson, type Json } from '../../../kernel/index.js';
import { extractJson } from './extract-json.js';

/** What an answer is worth for one who wanted a value of a schema. */
export type Fit =
  | { readonly is: 'value'; readonly value: Json }
  | {
      readonly is: 'unusable';
      readonly reason: string;
      readonly problems: readonly SchemaProblem[];
      /** What could be read of an answer that was cut. */
      readonly partial?: Json;
    };

const PROBLEMS_SHOWN = 20;

const unusable = (reason: string, problems: readonly SchemaProblem[] = []): Fit => ({
  is: 'unusable',
  reason,
  problems,
});

const sentence = ({ pointer, reason }: SchemaProblem): string => `${pointer || 'the value'} ${reason}`;

/** The one value in an answer that fits. Several that differ are none: nobody knows which was meant. */
export const fitSchema = (text: string, schema: CheckedSchema): Fit => {
  const extracted = extractJson(text);
  if (extracted.is === 'nothing') return unusable(extracted.reason);
  if (extracted.is === 'cut')
    return {
      ...{ is: 'unusable', reason: 'it ends inside the JSON', problems: [] },
      ...(extracted.partial !== undefined && { partial: extracted.partial }),
    };
  const checked = extracted.values.map((value) => ({ value, problems: schema.check(value) }));
  const fitting = checked.filter(({ problems }) => problems.length === 0);
  const [only, ...others] = fitting;
  if (only && others.length === 0) return { is: 'value', value: only.value };
  if (only) return unusable(`it has ${fitting.length} values that fit, and they differ`);
  // Of several that do not fit, the one that nearly does is what was meant.
  const nearest = checked.reduce((one, other) => (other.problems.length < one.problems.length ? other : one));
  const [first] = nearest.problems;
  return unusable(first ? `it does not fit the schema: ${sentence(first)}` : 'it does not fit', nearest.problems);
};

/** What the model is told after an answer that could not be used. */
export const repairPrompt = (fit: Fit & { readonly is: 'unusable' }, schema: Json): string => {
  const problems = fit.problems.slice(0, PROBLEMS_SHOWN).map((problem) => `- ${sentence(problem)}`);
  return [
    `Your answer cannot be used: ${fit.reason}.`,
    ...problems,
    'Answer again with JSON only: one value that fits this JSON Schema, without any words around it.',
    canonicalJson(schema),
  ].join('\n');
};
