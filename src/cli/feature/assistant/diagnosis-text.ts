import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';

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

/** A diagnosis for a person. */
export const diagnosisText = ({ execution_id: id, status, causes }: JsonObject): string => {
  const lines = list(causes).flatMap(({ code, step, text: said, likelihood, evidence, fixes }) => [
    `  ${step === null ? '' : `${text(step)}: `}${text(code)}${likelihood === 'likely' ? ' (likely)' : ''}. ${text(said)}`,
    ...list(evidence).map(evidenceLine),
    ...list(fixes).flatMap(fixLines),
  ]);
  const nothing = lines.length === 0 ? ['  nothing is wrong with it'] : [];
  return `${[`${text(id)} ${text(status)}`, ...lines, ...nothing].join('\n')}\n`;
};
