import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';
import { modelLines } from './explanation-text.js';

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];

const evidenceLine = ({ seq, step, text: said }: JsonObject): string =>
  `    ${seq === null ? '' : `#${text(seq)} `}${step === null ? '' : `${text(step)} `}${text(said)}`;

const fixLines = ({ text: said, command, pointer, ops, level }: JsonObject): readonly string[] => [
  `    → ${text(said)}`,
  ...(command === null ? [] : [`      ${text(command)}`]),
  ...(pointer === null ? [] : [`      at ${text(pointer)}`]),
  ...(ops === null ? [] : [`      ${text(ops)} (${text(level)})`]),
];

/** What a model thinks of it, as what that is. */
const saidLines = (answer: JsonObject): readonly string[] => {
  const { narrative } = answer;
  if (!isJsonObject(narrative ?? null)) return modelLines({ ...answer, narrative: null });
  const { causes, model } = narrative as JsonObject;
  const lines = list(causes).flatMap(({ text: said, likelihood, cure }) => [
    `  ${text(likelihood)}: ${text(said)}`,
    ...(cure === null ? [] : [`    → ${text(cure)}`]),
  ]);
  return lines.length === 0 ? [] : ['', `In the words of ${text(model)}, which nobody has checked`, ...lines];
};

/** A diagnosis for a person. */
export const diagnosisText = (answer: JsonObject): string => {
  const { execution_id: id, status, causes } = answer;
  const lines = list(causes).flatMap(({ code, step, text: said, likelihood, because, figure, evidence, fixes }) => [
    `  ${step === null ? '' : `${text(step)}: `}${text(code)}${likelihood === 'likely' ? ` (likely: ${text(because)}${typeof figure === 'number' ? `, ${Math.round(figure * 100)} %` : ''})` : ''}. ${text(said)}`,
    ...list(evidence).map(evidenceLine),
    ...list(fixes).flatMap(fixLines),
  ]);
  const nothing = lines.length === 0 ? ['  nothing is wrong with it'] : [];
  return `${[`${text(id)} ${text(status)}`, ...lines, ...nothing, ...saidLines(answer)].join('\n')}\n`;
};
