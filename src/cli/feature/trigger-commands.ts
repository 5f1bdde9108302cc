import type { Command } from 'commander';
import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument } from '../read-document.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const BASE = `${API}/triggers`;
const pathOf = (id: string, page = ''): string => `${BASE}/${encodeURIComponent(id)}${page}`;

const list = async (talk: Talk, paging: Paging): Promise<ExitCode> => {
  const answer = await talk.client.get(`${BASE}?${pageQuery(paging).toString()}`);
  return printList(talk, answer, ['id', 'name', 'type', 'state', 'failures', 'emitted', 'last_emitted']);
};

const types = async (talk: Talk): Promise<ExitCode> =>
  printList(talk, await talk.client.get(`${API}/trigger-types`), ['type', 'title', 'description']);

const create = async (talk: Talk, file: string): Promise<ExitCode> => {
  const answer = await talk.client.post(BASE, (await readDocument(file)) as Json);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${text(answer.trigger_id)}\n`);
  return EXIT.completed;
};

const get = async (talk: Talk, id: string): Promise<ExitCode> => {
  printJson(talk, (await talk.client.get(pathOf(id))).data ?? null);
  return EXIT.completed;
};

const steer = async (talk: Talk, id: string, action: 'enable' | 'disable'): Promise<ExitCode> => {
  const { data } = await talk.client.post(pathOf(id, `/${action}`));
  if (talk.json) printJson(talk, data ?? null);
  else talk.terminal.out(`${id} ${isJsonObject(data) && data.enabled === true ? 'enabled' : 'disabled'}\n`);
  return EXIT.completed;
};

const deliveries = async (talk: Talk, id: string, paging: Paging): Promise<ExitCode> => {
  const answer = await talk.client.get(`${pathOf(id, '/deliveries')}?${pageQuery(paging).toString()}`);
  return printList(talk, answer, ['occurrence_id', 'status', 'execution_id', 'timestamp', 'error']);
};

const remove = async (talk: Talk, id: string): Promise<ExitCode> => {
  await talk.client.delete(pathOf(id));
  if (talk.json) printJson(talk, { trigger_id: id, deleted: true });
  else talk.terminal.out(`${id} deleted\n`);
  return EXIT.completed;
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
    .action(async (file: string, options: ServerOptions) => done(await create(talk(options), file)));
  const of = (name: string, description: string): Command =>
    withServer(group.command(name), `trigger ${name} 0191f7c2-…`).argument('<id>').description(description);
  of('get', 'Show a trigger, how it fares, and what it said last.').action(async (id: string, options: ServerOptions) =>
    done(await get(talk(options), id)),
  );
  for (const [action, description] of [
    ['enable', 'Run it, from where it was when it was disabled.'],
    ['disable', 'Let it rest until it is enabled.'],
  ] as const)
    of(action, description).action(async (id: string, options: ServerOptions) =>
      done(await steer(talk(options), id, action)),
    );
  paged(of('deliveries', 'List what it told of, newest first.')).action(
    async (id: string, options: ServerOptions & Paging) => done(await deliveries(talk(options), id, options)),
  );
  of('delete', 'Delete it; what it has told of still has its effect.').action(
    async (id: string, options: ServerOptions) => done(await remove(talk(options), id)),
  );
};
