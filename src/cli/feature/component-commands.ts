import type { Command } from 'commander';
import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument, readInput } from '../read-document.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const BASE = `${API}/components`;
const pathOf = (name: string, page = ''): string => `${BASE}/${encodeURIComponent(name)}${page}`;

const list = async (talk: Talk, paging: Paging): Promise<ExitCode> => {
  const answer = await talk.client.get(`${BASE}?details=true&${pageQuery(paging).toString()}`);
  return printList(talk, answer, ['name', 'source', 'base_url', 'description']);
};

const get = async (talk: Talk, name: string): Promise<ExitCode> => {
  printJson(talk, (await talk.client.get(pathOf(name))).data ?? null);
  return EXIT.completed;
};

/** With `update` the registration of that name is changed. */
const register = async (talk: Talk, file: string, update: boolean): Promise<ExitCode> => {
  const document = (await readDocument(file)) as Json;
  const name = isJsonObject(document) ? text(document.name) : '';
  const { data } = update ? await talk.client.put(pathOf(name), document) : await talk.client.post(BASE, document);
  if (talk.json || !isJsonObject(data)) printJson(talk, data ?? null);
  else talk.terminal.out(`${text(data.name)} ${update ? 'updated' : 'registered'}\n`);
  return EXIT.completed;
};

const remove = async (talk: Talk, name: string): Promise<ExitCode> => {
  await talk.client.delete(pathOf(name));
  if (talk.json) printJson(talk, { name, deleted: true });
  else talk.terminal.out(`${name} deleted\n`);
  return EXIT.completed;
};

interface TestOptions {
  readonly path?: string;
  readonly action?: string;
  readonly params?: string;
}

/** Prints what came; exit 1 when it was nothing good. */
const test = async (talk: Talk, name: string, { path, action, params }: TestOptions): Promise<ExitCode> => {
  const body = {
    ...(path !== undefined && { path }),
    ...(action !== undefined && { action }),
    ...(params !== undefined && { params: (await readInput(params)) as Json }),
  };
  const { data } = await talk.client.post(pathOf(name, '/test'), body);
  const outcome = isJsonObject(data) ? data : {};
  const { ok, status, ms, answer, error } = outcome;
  const said = isJsonObject(error) ? `${text(error.message)} [${text(error.code)}]` : text(answer);
  if (talk.json) printJson(talk, outcome);
  else
    talk.terminal.out(
      `${ok === true ? 'ok' : 'not ok'}  ${text(status ?? '-')}  ${text(ms)} ms  ${said}`.trimEnd() + '\n',
    );
  return ok === true ? EXIT.completed : EXIT.failed;
};

const call = async (
  talk: Talk,
  [name, action]: readonly [string, string],
  params: string | undefined,
): Promise<ExitCode> => {
  const given = (await readInput(params)) as Json;
  const { data } = await talk.client.post(pathOf(name, `/actions/${encodeURIComponent(action)}`), given);
  printJson(talk, data ?? null);
  return EXIT.completed;
};

/** Adds `component …`. */
export const addComponentCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('component')
    .description('Components whose actions a running service calls.')
    .addHelpText('after', '\nExample:\n  harmonia component register shop.yaml');
  paged(withServer(group.command('list'), 'component list'))
    .description('List components by name, with where each comes from.')
    .action(async (options: ServerOptions & Paging) => done(await list(talk(options), options)));
  withServer(group.command('register'), 'component register shop.yaml')
    .argument('<file>', 'the component, JSON or YAML; - is standard input')
    .option('--update', 'change the one of that name')
    .description('Register a component.')
    .action(async (file: string, { update = false, ...options }: ServerOptions & { update?: boolean }) =>
      done(await register(talk(options), file, update)),
    );
  for (const [name, description, run] of [
    ['get', 'Show a component; its secret is masked.', get],
    ['remove', 'Delete a registration with its secret.', remove],
  ] as const)
    withServer(group.command(name), `component ${name} shop`)
      .argument('<name>')
      .description(description)
      .action(async (of: string, options: ServerOptions) => done(await run(talk(options), of)));
  withServer(group.command('test'), 'component test shop --path /health')
    .argument('<name>')
    .description('Ask it now, and show what came; exit 0 or 1.')
    .option('--path <path>', 'a GET below its base_url (default /health)')
    .option('--action <action>', 'an action instead')
    .option('--params <json|@file>', 'params of the action')
    .action(async (name: string, options: ServerOptions & TestOptions) =>
      done(await test(talk(options), name, options)),
    );
  withServer(group.command('call'), `component call shop get_order --params '{"id":"7"}'`)
    .argument('<name>')
    .argument('<action>')
    .description('Call an action; prints its result.')
    .option('--params <json|@file>', 'its params, {} when absent')
    .action(async (name: string, action: string, { params, ...options }: ServerOptions & { params?: string }) =>
      done(await call(talk(options), [name, action], params)),
    );
};
