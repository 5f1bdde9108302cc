import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

const LONGEST = 120;
const LINES = 20;

/** A text of somebody else on one line, without control characters. */
export const plain = (text: string): string => {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A reply as a terminal may show it: nothing in it moves the cursor, or turns the text around. */
export const printable = (reply: string): string => reply.replace(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/gu, '');

/** Lines of a list; what is beyond the first of them is counted. */
export const listReply = (name: string, lines: readonly string[], total: number): string => {
  if (total === 0) return `There are no ${name}.`;
  const more = total > lines.length ? [`… and ${total - lines.length} more`] : [];
  return [`${total} ${total === 1 ? name.slice(0, -1) : name}:`, ...lines.map((line) => `- ${line}`), ...more].join(
    '\n',
  );
};

/** An explanation in words: a model's, when there is one, with the facts below it. */
export const explainReply = (explained: JsonObject): string => {
  const narrative = isJsonObject(explained.narrative) ? textOf(explained.narrative.text) : '';
  return [narrative, textOf(explained.text)].filter((text) => text !== '').join('\n\n');
};

const causeLines = (cause: JsonObject): readonly string[] => {
  const fixes = listOf(cause.fixes).slice(0, 3);
  const because = textOf(cause.because);
  return [
    `- ${textOf(cause.text)}${because === '' ? '' : ` (${because})`}`,
    ...fixes.map(({ text, command }) => `  → ${textOf(text)}${typeof command === 'string' ? ` [${command}]` : ''}`),
  ];
};

/** Why an execution is as it is. */
export const diagnoseReply = (diagnosed: JsonObject): string => {
  const causes = listOf(diagnosed.causes).slice(0, LINES);
  const head = `Execution ${textOf(diagnosed.execution_id)} is ${textOf(diagnosed.status)}.`;
  if (causes.length === 0) return `${head} There is nothing wrong with it.`;
  const narrative = isJsonObject(diagnosed.narrative) ? listOf(diagnosed.narrative.causes).slice(0, LINES) : [];
  const guesses = narrative.map(({ text }) => `- ${plain(textOf(text))}`);
  const said = guesses.length > 0 ? ['What a model says of it, unchecked:', ...guesses] : [];
  return [head, ...causes.flatMap(causeLines), ...said].join('\n');
};

interface Proposed {
  readonly source: string;
  readonly title: string;
  readonly plan: JsonObject | null;
  readonly questions: readonly { readonly parameter: string; readonly required: boolean }[];
}

/** Workflows that would do what somebody wants. */
export const proposalReply = (candidates: readonly Proposed[], nothingNear: string | undefined): string => {
  if (candidates.length === 0)
    return `${nothingNear ?? 'No workflow would do that.'}\nSay it otherwise, or write "help" for the commands.`;
  const lines = candidates.map(({ source, title, questions }) => {
    const open = questions.filter(({ required }) => required).map(({ parameter }) => parameter);
    const asks = open.length === 0 ? '' : `; it asks for ${open.join(', ')}`;
    return `- ${plain(title)} (${source === 'template' ? 'a template' : 'written by a model, unchecked by people'}${asks})`;
  });
  const more = 'None of them is kept: POST /api/v1/workflows/generate gives their definitions.';
  return [
    `${candidates.length} ${candidates.length === 1 ? 'workflow' : 'workflows'} would do that:`,
    ...lines,
    more,
  ].join('\n');
};
