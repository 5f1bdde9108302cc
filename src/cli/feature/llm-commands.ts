import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, printJson, printTable, text, type Talk } from '../server-commands.js';

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** Prints the ways to a model; exit 1 when none can be asked. */
const status = async (talk: Talk): Promise<ExitCode> => {
  const data = (await talk.client.get(`${API}/llm/status`)).data as JsonObject;
  if (talk.json) printJson(talk, data);
  else {
    const columns = ['id', 'address', 'state', 'failures', 'detail'];
    printTable(talk, columns, objects(data.transports));
    for (const { purpose, until } of objects(data.resting))
      talk.terminal.out(`${text(purpose)} rests until ${text(until)}: its answers were unusable\n`);
    if (data.available !== true) talk.terminal.err('no language model can be asked\n');
  }
  return data.available === true ? EXIT.completed : EXIT.failed;
};

interface UsageOptions {
  readonly groupBy?: string;
  readonly from?: string;
  readonly until?: string;
}

const COLUMNS = ['calls', 'prompt_tokens', 'completion_tokens', 'cached_tokens', 'total_tokens', 'estimated_calls'];

const costOf = ({ costs, unpriced_calls: unpriced }: JsonObject): string => {
  const known = Object.entries(isJsonObject(costs) ? costs : {}).map(([currency, cost]) => `${text(cost)} ${currency}`);
  return [...known, ...(unpriced === 0 ? [] : [`${text(unpriced)} calls without a price`])].join(' + ') || '-';
};

const usage = async (talk: Talk, { groupBy, from, until }: UsageOptions): Promise<ExitCode> => {
  const query = new URLSearchParams({
    ...(groupBy !== undefined && { group_by: groupBy }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  });
  const data = (await talk.client.get(`${API}/llm/usage?${query.toString()}`)).data as JsonObject;
  if (talk.json) {
    printJson(talk, data);
    return EXIT.completed;
  }
  const row = (sum: JsonObject, key: JsonObject): JsonObject => ({ ...key, ...sum, cost: costOf(sum) });
  const groups = objects(data.groups).map((group) => row(group, group.key as JsonObject));
  const keys = Object.keys(objects(data.groups)[0]?.key ?? {});
  const [first = 'all', ...others] = keys;
  const all = row(data, Object.fromEntries([[first, 'all'], ...others.map((key) => [key, ''])]) as JsonObject);
  printTable(talk, [first, ...others, ...COLUMNS, 'cost'], [...groups, all]);
  if (data.has_more === true) talk.terminal.err('there are more groups; ask for a shorter time\n');
  return EXIT.completed;
};

/** Adds `llm …`. */
export const addLlmCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('llm')
    .description('Language models of a running service.')
    .addHelpText('after', '\nExample:\n  harmonia llm usage --group-by model');
  withServer(group.command('status'), 'llm status')
    .description('Show the ways to a model and whether they would be used; exit 0, or 1 when none can be asked.')
    .action(async (options: ServerOptions) => done(await status(talk(options))));
  withServer(group.command('usage'), 'llm usage --group-by day,model')
    .description('Show the tokens that models took and what they cost, of the last 30 days unless said otherwise.')
    .option('--group-by <words>', 'day, tenant, workflow, purpose, transport, provider, model, prompt, outcome')
    .option('--from <time>', 'at or after: ISO 8601, or epoch ms')
    .option('--until <time>', 'before')
    .action(async (options: ServerOptions & UsageOptions) => done(await usage(talk(options), options)));
};
