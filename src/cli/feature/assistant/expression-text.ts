import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';
import { modelLines } from './explanation-text.js';

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];
const texts = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? (value as Json[]).map(text) : []);

const faultLines = (mark: string, { message, cure, position, did_you_mean: meant }: JsonObject): readonly string[] => {
  const place = isJsonObject(position ?? null) ? ` (at ${text((position as JsonObject).start)})` : '';
  const names = texts(meant);
  return [
    `  ${mark} ${text(message)}${place}`,
    `    ${names.length > 0 ? `Did you mean ${names.join(', ')}? ` : ''}${text(cure)}`,
  ];
};

const given = (outcome: JsonObject): string =>
  outcome.fails !== null
    ? `fails: ${text(outcome.fails)}`
    : outcome.too_large === undefined
      ? `gives ${JSON.stringify(outcome.value)}`
      : `gives a value of ${text(outcome.too_large)} characters`;

const examinedLines = (looked: JsonObject): readonly string[] => {
  const { source, type, result, missing_in_sample: missing, when_null: nulls } = looked;
  return [
    `${text(source)}${type === null ? '' : `  (${text(type)})`}`,
    ...list(looked.errors).flatMap((one) => faultLines('error:', one)),
    ...list(looked.warnings).flatMap((one) => faultLines('warning:', one)),
    ...list(looked.reads).map((one) => `  reads ${text(one.path)}: ${text(one.type)}`),
    ...(isJsonObject(result ?? null) ? [`  ${given(result as JsonObject)}`] : []),
    ...(texts(missing).length > 0 ? [`  the sample has no ${texts(missing).join(', ')}`] : []),
    ...list(nulls).map((one) => `  with null at ${text(one.path)}: ${given(one)}`),
  ];
};

const candidateLines = (one: JsonObject): readonly string[] => {
  const { source, does, expression, gives, result, narrative } = one;
  if (source !== 'llm') return [`  ${text(expression)}`, `    ${text(does)}; gives ${JSON.stringify(gives)}`];
  const outcome = isJsonObject(result ?? null) ? `; ${given(result as JsonObject)}` : '';
  return [
    `  ${text(expression)}`,
    `    of a model${narrative === null ? '' : `, in its words: ${text(narrative)}`}${outcome}`,
  ];
};

/** Help with an expression for a person. */
export const expressionText = (answer: JsonObject): string => {
  const { expression } = answer;
  const candidates = list(answer.candidates);
  const lines = [
    ...(isJsonObject(expression ?? null) ? examinedLines(expression as JsonObject) : []),
    ...candidates.flatMap(candidateLines),
    ...(expression === null && candidates.length === 0 ? ['nothing was found that does that'] : []),
    ...modelLines(answer),
  ];
  return `${lines.join('\n')}\n`;
};
