import type { Command } from 'commander';
import { isJsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, pageQuery, printList, type Paging, type Talk } from '../server-commands.js';
import { REDELIVER, redeliver } from './delivery.js';
import { commandsOfOne, Resource, shown } from './resource.js';

const TRIGGERS = new Resource('triggers', 'trigger_id');

const list = async (talk: Talk, paging: Paging): Promise<ExitCode> => {
  const answer = await talk.client.get(`${TRIGGERS.base}?${pageQuery(paging).toString()}`);
  return printList(talk, answer, ['id', 'name', 'type', 'state', 'failures', 'emitted', 'last_emitted']);
};

const types = async (talk: Talk): Promise<ExitCode> =>
  printList(talk, await talk.client.get(`${API}/trigger-types`), ['type', 'title', 'description']);

const steer = async (talk: Talk, id: string, action: 'enable' | 'disable'): Promise<ExitCode> => {
  const { data } = await talk.client.post(TRIGGERS.pathOf(id, `/${action}`));
  if (talk.json) return shown(talk, data);
  talk.terminal.out(`${id} ${isJsonObject(data) && data.enabled === true ? 'enabled' : 'disabled'}\n`);
  return EXIT.completed;
};

const deliveries = async (talk: Talk, id: string, paging: Paging): Promise<ExitCode> => {
  const answer = await talk.client.get(`${TRIGGERS.pathOf(id, '/deliveries')}?${pageQuery(paging).toString()}`);
  return printList(talk, answer, ['id', 'occurrence_id', 'status', 'execution_id', 'timestamp', 'error']);
};

/** Adds `trigger …`. */
export const addTriggerCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('trigger')
    .description('Workflows that a running service starts when something happens.')
    .addHelpText('after', '\nExample:\n  harmonia trigger create on-paid.yaml');
  paged(withServer(group.command('list'), 'trigger list'))
    .description('List triggers, oldest first.')
    .action(async (options: ServerOptions & Paging) => done(await list(talk(options), options)));
  withServer(group.command('types'), 'trigger types')
    .description('List what there is to be noticed.')
    .action(async (options: ServerOptions) => done(await types(talk(options))));
  withServer(group.command('create'), 'trigger create on-paid.yaml')
    .argument('<file>', 'trigger, JSON or YAML; - is standard input')
    .description('Keep a trigger; prints the id.')
    .action(async (file: string, options: ServerOptions) => done(await TRIGGERS.create(talk(options), file)));
  const of = commandsOfOne<ServerOptions & Paging>({ name: 'trigger', group, talk, done });
  of('get', 'Show a trigger, how it fares, and what it said last.', (to, id) => TRIGGERS.get(to, id));
  of('enable', 'Run it, from where it was when it was disabled.', (to, id) => steer(to, id, 'enable'));
  of('disable', 'Let it rest until it is enabled.', (to, id) => steer(to, id, 'disable'));
  paged(of('deliveries', 'List what it told of, newest first.', deliveries));
  of('redeliver', REDELIVER, redeliver);
  of('delete', 'Delete it; what it has told of still has its effect.', (to, id) => TRIGGERS.remove(to, id));
};
