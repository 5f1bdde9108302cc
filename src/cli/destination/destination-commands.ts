import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, pageQuery, printJson, printList, type Paging, type Talk } from '../server-commands.js';

const COLUMNS = ['destination', 'state', 'failures', 'in_flight', 'queued', 'limit', 'until'];

const listDestinations = async (talk: Talk, paging: Paging): Promise<ExitCode> =>
  printList(talk, await talk.client.get(`${API}/destinations?${pageQuery(paging).toString()}`), COLUMNS);

const resetDestination = async (talk: Talk, name: string): Promise<ExitCode> => {
  const answer = await talk.client.post(`${API}/destinations/${encodeURIComponent(name)}/reset`);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${name} is asked again\n`);
  return EXIT.completed;
};

/** `harmonia destination …` */
export const addDestinationCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('destination')
    .description('Other services that tasks of a running service ask, and how they fare.')
    .addHelpText('after', '\nExample:\n  harmonia destination list');
  paged(withServer(group.command('list'), 'destination list'))
    .description('List them by name, with the state of their circuit.')
    .action(async (options: ServerOptions & Paging) => done(await listDestinations(talk(options), options)));
  withServer(group.command('reset'), 'destination reset https://api.example')
    .argument('<destination>', 'as `destination list` shows it')
    .description('Close the circuit and forget the failures: it is asked again at once.')
    .action(async (name: string, options: ServerOptions) => done(await resetDestination(talk(options), name)));
};
