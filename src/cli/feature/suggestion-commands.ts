import { Option, type Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, whole, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument } from '../read-document.js';
import { API, pageQuery, printList, text, type Paging, type Talk } from '../server-commands.js';
import { addFollowUpCommands } from './follow-up-commands.js';
import { commandsOfOne, Resource, shown } from './resource.js';
import { lessThanAsked } from './less-than-asked.js';
import { llmOption } from './llm-option.js';
import { pageOf } from './workflow-page.js';

const SUGGESTIONS = new Resource('suggestions', 'suggestion_id');

interface SuggestOptions extends ServerOptions {
  readonly goal?: string;
  readonly kind?: readonly string[];
  readonly max?: number;
  readonly llm?: string;
  readonly window?: number;
  readonly apply?: string;
  readonly applySafe?: boolean;
}

interface ApplyOptions extends ServerOptions {
  readonly confirm?: boolean;
  readonly note?: string;
  readonly runs?: number;
  readonly canary?: number;
}

const suggest = async (talk: Talk, workflow: string, options: SuggestOptions): Promise<ExitCode> => {
  const { goal, kind, max, llm, window, apply, applySafe } = options;
  const body: JsonObject = {
    ...(goal !== undefined && { goal }),
    ...(kind && { kinds: [...kind] }),
    ...(max !== undefined && { maxSuggestions: max }),
    ...(llm !== undefined && { llm }),
    ...(window !== undefined && { history: { window } }),
  };
  const { data } = await talk.client.post(await pageOf(talk, workflow, '/suggestions'), body);
  const answer = isJsonObject(data ?? null) ? (data as JsonObject) : {};
  if (apply !== undefined) return applyOne(talk, apply, options);
  if (applySafe) return applyAll(talk, workflow, goal);
  if (talk.json) return shown(talk, answer);
  for (const line of linesOf(answer)) talk.terminal.out(`${line}\n`);
  return EXIT.completed;
};

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];

const linesOf = (answer: JsonObject): readonly string[] => {
  const suggestions = listOf(answer.suggestions);
  const held = listOf(isJsonObject(answer.analysis ?? null) ? (answer.analysis as JsonObject).held : undefined);
  const less = lessThanAsked(answer.degraded);
  return [
    ...(less.length > 0 ? [...less, ''] : []),
    ...suggestions.flatMap((suggestion) => [...aboutOne(suggestion), '']),
    suggestions.length === 0 ? 'nothing to suggest' : `apply one: harmonia suggestion apply <id>`,
    ...(held.length > 0
      ? [
          `${held.length === 1 ? '1 dependency stays' : `${held.length} dependencies stay`} since nobody said that their order does not matter: ` +
            held.map(({ from, to }) => `${text(from)} → ${text(to)}`).join(', '),
        ]
      : []),
  ];
};

const aboutOne = (suggestion: JsonObject): readonly string[] => {
  const { id, title, rationale, equivalence, risk, confidence } = suggestion;
  return [
    text(title),
    `  ${text(equivalence)}, risk ${text(risk)}; ${gainOf(suggestion)}, confidence ${text(confidence)}`,
    `  ${text(rationale)}`,
    `  ${text(id)}`,
  ];
};

const gainOf = ({ impact }: JsonObject): string => {
  if (!isJsonObject(impact ?? null)) return 'not simulated';
  const { unit, makespan } = impact as JsonObject;
  const median = isJsonObject(makespan ?? null) ? (makespan as JsonObject).p50 : null;
  if (!isJsonObject(median ?? null)) return 'no run of it completes in the simulation';
  const { before, after } = median as { before: number; after: number };
  const words = unit === 'seconds' ? 's' : 'tasks in a row (nothing is known of how long they take)';
  return `median ${before} → ${after} ${words}`;
};

const printApplied = (talk: Talk, data: Json | undefined): ExitCode => {
  if (talk.json) return shown(talk, data);
  const { version } = isJsonObject(data ?? null) ? (data as JsonObject) : {};
  talk.terminal.out(`version ${text(version)}\n`);
  return EXIT.completed;
};

const applyOne = async (talk: Talk, id: string, { confirm, note, runs, canary }: ApplyOptions): Promise<ExitCode> => {
  const body = {
    ...(confirm && { confirm }),
    ...(note !== undefined && { note }),
    ...(runs !== undefined && { runs }),
    ...(canary !== undefined && { canary: { share: canary } }),
  };
  return printApplied(talk, (await talk.client.post(SUGGESTIONS.pathOf(id, '/apply'), body)).data);
};

const applyAll = async (talk: Talk, workflow: string, goal: string | undefined): Promise<ExitCode> => {
  const body: JsonObject = goal === undefined ? {} : { goal };
  const { data } = await talk.client.post(await pageOf(talk, workflow, '/suggestions/apply-safe'), body);
  if (talk.json) return shown(talk, data);
  const { applied } = data as JsonObject;
  if (applied !== null) return printApplied(talk, applied);
  talk.terminal.out('nothing to apply\n');
  return EXIT.completed;
};

const list = async (talk: Talk, workflow: string, options: Paging & { status?: string }): Promise<ExitCode> => {
  const query = pageQuery(options);
  if (options.status !== undefined) query.set('status', options.status);
  const answer = await talk.client.get(`${await pageOf(talk, workflow, '/suggestions')}?${query.toString()}`);
  return printList(talk, answer, ['id', 'kind', 'equivalence', 'status', 'baseVersion', 'score', 'title']);
};

const preview = async (talk: Talk, id: string): Promise<ExitCode> =>
  shown(talk, (await talk.client.post(SUGGESTIONS.pathOf(id, '/preview'))).data);

const dismiss = async (talk: Talk, id: string, reason: string): Promise<ExitCode> => {
  const { data } = await talk.client.post(SUGGESTIONS.pathOf(id, '/dismiss'), { reason });
  if (talk.json) return shown(talk, data);
  talk.terminal.out(`${id} dismissed\n`);
  return EXIT.completed;
};

const facts = async (talk: Talk, file: string | undefined): Promise<ExitCode> => {
  const path = `${API}/optimizer/facts`;
  const { data } =
    file === undefined ? await talk.client.get(path) : await talk.client.put(path, (await readDocument(file)) as Json);
  return shown(talk, data);
};

const rollback = async (talk: Talk, workflow: string, version: string): Promise<ExitCode> => {
  const page = await pageOf(talk, workflow, `/versions/${encodeURIComponent(version)}/rollback`);
  return printApplied(talk, (await talk.client.post(page)).data);
};

const GOALS = ['latency', 'cost', 'reliability', 'balanced'];
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const addSuggest = (root: Command, talk: MakeTalk, done: Done): void => {
  withServer(root.command('suggest'), 'suggest nightly-report --goal latency')
    .argument('<workflow>', 'id or name')
    .description('Find what would make the current version of a workflow better; each change is proved.')
    .addOption(new Option('--goal <goal>', 'what it is to be better at (default balanced)').choices(GOALS))
    .option('--kind <kind>', 'only such changes: parallelise, remove_dead_tasks, …; may be repeated', collect)
    .option('--max <n>', 'how many (default 10)', whole)
    .addOption(llmOption())
    .option('--window <days>', 'executions that are looked at (default 30)', whole)
    .option('--apply <id>', 'apply this one at once')
    .option('--apply-safe', 'apply all after which results are the same, as one version')
    .option('--confirm', 'with --apply: yes, executions may do something else than before')
    .option('--note <text>', 'with --apply: why')
    .action(async (workflow: string, options: SuggestOptions) => done(await suggest(talk(options), workflow, options)));
};

/** Adds `suggest`, `suggestion …` and `rollback`. */
export const addSuggestionCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  addSuggest(root, talk, done);
  const group = root
    .command('suggestion')
    .description('Suggestions that a running service keeps.')
    .addHelpText('after', '\nExample:\n  harmonia suggestion list nightly-report');
  paged(withServer(group.command('list'), 'suggestion list nightly-report --status open'))
    .argument('<workflow>', 'id or name')
    .description('List the suggestions for a workflow, the best first.')
    .option('--status <status>', 'open, canary, applied, dismissed, stale or superseded')
    .action(async (workflow: string, options: ServerOptions & Paging & { status?: string }) =>
      done(await list(talk(options), workflow, options)),
    );
  const of = commandsOfOne<ApplyOptions & { reason: string }>({ name: 'suggestion', group, talk, done });
  of('get', 'Show a suggestion.', (to, id) => SUGGESTIONS.get(to, id));
  of('preview', 'Show the document as it would be, and a run before and after.', preview);
  of('apply', 'Make a new version of it.', applyOne)
    .option('--confirm', 'yes, executions may do something else than before')
    .option('--note <text>', 'why')
    .option('--runs <n>', 'runs after which the version is judged (default 20)', whole)
    .option('--canary <share>', 'try it on this share of the new executions first, 0.01 to 0.5', Number);
  addFollowUpCommands({ group, talk, done });
  of('dismiss --reason "not now"', 'It is not offered again.', (to, id, { reason }) =>
    dismiss(to, id, reason),
  ).requiredOption('--reason <text>', 'why');
  withServer(group.command('facts'), 'suggestion facts --set facts.yaml')
    .description('Show what is stated of actions: their effects, and which commute.')
    .option('--set <file>', 'state this first, JSON or YAML; replaces what was stated before')
    .action(async (options: ServerOptions & { set?: string }) => done(await facts(talk(options), options.set)));
  withServer(root.command('rollback'), 'rollback nightly-report 1.0.0')
    .argument('<workflow>', 'id or name')
    .argument('<version>')
    .description('Make a stored version of a workflow the current one again.')
    .action(async (workflow: string, version: string, options: ServerOptions) =>
      done(await rollback(talk(options), workflow, version)),
    );
};
