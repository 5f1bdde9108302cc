import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { EXIT, type ExitCode } from '../../exit-code.js';
import { whole, withServer, type Done, type MakeTalk, type ServerOptions } from '../../options.js';
import { API, printJson, text, type Talk } from '../../server-commands.js';
import { llmOption } from '../llm-option.js';
import { generationText } from './generation-text.js';

interface GenerateOptions extends ServerOptions {
  readonly types?: readonly string[];
  readonly components?: readonly string[];
  readonly constraint?: readonly string[];
  readonly context?: string;
  readonly most?: number;
  readonly llm?: string;
  readonly output?: string;
  readonly pick?: number;
}

const bodyOf = (goal: string, options: GenerateOptions): JsonObject => {
  const { types, components, constraint, context, most, llm } = options;
  return {
    goal,
    ...(types && { types: [...types] }),
    ...(components && { components: [...components] }),
    ...(constraint && { constraints: [...constraint] }),
    ...(context !== undefined && { context }),
    ...(most !== undefined && { most }),
    ...(llm !== undefined && { llm }),
  };
};

/** The one that was picked, else the first that has a definition. */
const chosen = (candidates: readonly JsonObject[], pick: number | undefined): JsonObject | undefined =>
  pick === undefined ? candidates.find(({ definition }) => isJsonObject(definition)) : candidates[pick - 1];

const write = async (talk: Talk, answer: JsonObject, { output = '', pick }: GenerateOptions): Promise<ExitCode> => {
  const candidates = Array.isArray(answer.candidates) ? (answer.candidates as Json[]).filter(isJsonObject) : [];
  const one = chosen(candidates, pick);
  if (!one || !isJsonObject(one.definition)) {
    talk.terminal.err(`there is no definition to write; ${output} was left as it was\n`);
    return EXIT.invalid;
  }
  const { definition, title } = one;
  await writeFile(
    output,
    output.endsWith('.json') ? `${JSON.stringify(definition, null, 2)}\n` : stringify(definition),
  );
  if (!talk.json) talk.terminal.out(`${text(title)} is in ${output}; nothing was kept or started\n`);
  return EXIT.completed;
};

const generate = async (talk: Talk, words: readonly string[], options: GenerateOptions): Promise<ExitCode> => {
  const { data } = await talk.client.post(`${API}/workflows/generate`, bodyOf(words.join(' '), options));
  const answer = isJsonObject(data ?? null) ? (data as JsonObject) : {};
  if (talk.json) printJson(talk, answer);
  else talk.terminal.out(generationText(answer));
  return options.output === undefined ? EXIT.completed : write(talk, answer, options);
};

const several = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(',').filter((one) => one !== ''),
];
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds `generate`. */
export const addGenerateCommand = (root: Command, talk: MakeTalk, done: Done): void => {
  withServer(root.command('generate'), `generate 'check https://shop.example every 5 minutes' --output check.yaml`)
    .argument('<words...>', 'what the workflow is to do')
    .description(
      'Make workflows of words: the nearest templates, filled in, and what a language model writes when there is one. Keeps nothing.',
    )
    .option('--types <types>', 'only these task types, with commas between', several)
    .option('--components <names>', 'only these components, with commas between', several)
    .option('--constraint <text>', 'what must hold, for a model; may be repeated', collect)
    .option('--context <text>', 'what else a model should know')
    .option('--most <n>', 'candidates of each source, 1 to 5 (default 3)', whole)
    .addOption(llmOption())
    .option('--output <file>', 'write a definition there, YAML; JSON when the name ends so')
    .option('--pick <n>', 'with --output: which candidate (default the first that has a definition)', whole)
    .action(async (words: string[], options: GenerateOptions) => done(await generate(talk(options), words, options)));
};
