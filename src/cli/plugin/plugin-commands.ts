import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addAuthorCommands } from './author-commands.js';
import { readConfig, readEnvironment } from '../../config/index.js';
import { HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { HarmoniaParts } from '../../harmonia.js';
import type { PluginAdministration } from '../../plugin/ports/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { NoServer } from '../server-client.js';
import { API, pageQuery, printJson, printList, type Paging, type Talk } from '../server-commands.js';

interface ChangeOptions extends ServerOptions {
  readonly dataDir?: string;
  readonly source?: string;
  readonly trust?: boolean;
  readonly integrity?: string;
  readonly allowScripts?: boolean;
}

/** A change, asked of a service or made in a data directory that none works on. */
interface Change {
  readonly said: string;
  readonly online: (talk: Talk) => Promise<JsonObject>;
  readonly offline: (plugins: PluginAdministration) => Promise<unknown>;
  /** The plugin that goes, also when its files are damaged. */
  readonly removes?: string;
}

const pathOf = (id: string, action = ''): string => `${API}/plugins/${encodeURIComponent(id)}${action}`;

/** The service has a working directory of its own: what is a path here must be whole there. */
const sourceOf = (source: string): string =>
  /^\.{0,2}\//.test(source) || source === '.' || source === '..' || existsSync(source) ? resolve(source) : source;

const inDirectory = async (
  dataDirectory: string,
  { terminal }: Talk,
  { offline, removes }: Change,
): Promise<unknown> => {
  const config = { ...readConfig(readEnvironment(process.cwd(), process.env)), dataDirectory };
  const { createHarmonia } = await import('../../harmonia.js');
  const parts: HarmoniaParts = {
    config,
    notifier: { publish: () => undefined, progress: () => undefined },
    onTrouble: (what, error) => terminal.err(`${what}: ${(error as Error).message}\n`),
    onLog: ({ plugin, message }) => terminal.err(`${plugin}: ${message}\n`),
  };
  const harmonia = await createHarmonia(parts).catch((error: unknown) => {
    // What cannot be loaded any more can still be removed.
    const isGoing = error instanceof HarmoniaError && error.code === 'plugin_damaged' && error.params.id === removes;
    if (isGoing) return createHarmonia({ ...parts, without: removes });
    throw error;
  });
  try {
    return await offline(harmonia.host);
  } finally {
    await harmonia.close();
  }
};

const nameOf = (plugin: unknown): string => {
  const { id, version } = (isJsonObject(plugin) ? plugin : {}) as { id?: Json; version?: Json };
  return [id, version].filter((part) => typeof part === 'string').join(' ');
};

/** Without a service, and when none was named: in the data directory that it would work on. */
const wherever = async (talk: Talk, change: Change): Promise<unknown> => {
  try {
    return (await change.online(talk)).data;
  } catch (error) {
    if (!(error instanceof NoServer) || talk.isChosen === true) throw error;
    const { dataDirectory } = readConfig(readEnvironment(process.cwd(), process.env));
    talk.terminal.err(`no service runs; this is done in ${dataDirectory}\n`);
    return inDirectory(dataDirectory, talk, change);
  }
};

const change = async (talk: Talk, dataDir: string | undefined, change: Change): Promise<ExitCode> => {
  const answer = dataDir === undefined ? await wherever(talk, change) : await inDirectory(dataDir, talk, change);
  const { said } = change;
  if (talk.json) printJson(talk, (answer as Json | undefined) ?? null);
  else talk.terminal.out(`${[nameOf(answer), said].filter((part) => part !== '').join(' ')}\n`);
  return EXIT.completed;
};

const requestOf = ({ trust, integrity, allowScripts }: ChangeOptions): JsonObject => ({
  ...(trust !== undefined && { trusted: trust }),
  ...(integrity !== undefined && { integrity }),
  ...(allowScripts !== undefined && { allow_scripts: allowScripts }),
});

const changing = (command: Command, example: string): Command =>
  withServer(command, example).option('--data-dir <dir>', 'in this directory, which no service works on');

const fetching = (command: Command): Command =>
  command
    .option('--trust', 'its code may run in the process of the service; read it first')
    .option('--integrity <sha512>', 'what the tarball must be, as npm writes it')
    .option('--allow-scripts', 'run the install scripts of the package and of what it needs');

const addInstall = (group: Command, talk: MakeTalk, done: Done): void => {
  fetching(changing(group.command('install'), 'plugin install ./shout'))
    .argument('<source>', 'package of the registry (name@range), tarball, folder or https address of a tarball')
    .description('Install a plugin. Its tasks can be used at once.')
    .action(async (given: string, options: ChangeOptions) => {
      const source = sourceOf(given);
      const { dataDir, trust: trusted, integrity, allowScripts } = options;
      done(
        await change(talk(options), dataDir, {
          said: 'installed',
          online: ({ client }) => client.post(`${API}/plugins`, { source, ...requestOf(options) }),
          offline: (plugins) => plugins.install({ source, trusted, integrity, allowScripts }),
        }),
      );
    });
  fetching(changing(group.command('upgrade'), 'plugin upgrade shout'))
    .argument('<id>')
    .option('--source <source>', 'where it comes from now (default: as before)')
    .description('Put another version in the place of a plugin. Executions under way keep theirs.')
    .action(async (id: string, options: ChangeOptions) => {
      const { dataDir, trust: trusted, integrity, allowScripts } = options;
      const source = options.source === undefined ? undefined : sourceOf(options.source);
      const body = { ...(source !== undefined && { source }), ...requestOf(options) };
      done(
        await change(talk(options), dataDir, {
          said: 'upgraded',
          online: ({ client }) => client.post(pathOf(id, '/upgrade'), body),
          offline: (plugins) =>
            plugins.upgrade(id, { ...(source !== undefined && { source }), trusted, integrity, allowScripts }),
        }),
      );
    });
};

const addSwitches = (group: Command, talk: MakeTalk, done: Done): void => {
  changing(group.command('remove'), 'plugin remove shout')
    .argument('<id>')
    .description('Remove a plugin. Executions under way keep it until they end.')
    .action(async (id: string, options: ChangeOptions) =>
      done(
        await change(talk(options), options.dataDir, {
          said: `${id} removed`,
          online: ({ client }) => client.delete(pathOf(id)),
          offline: (plugins) => plugins.remove(id),
          removes: id,
        }),
      ),
    );
  for (const [name, said, description] of [
    ['enable', 'enabled', 'Switch a plugin on.'],
    ['disable', 'disabled', 'Switch a plugin off: new executions do not find it.'],
  ] as const) {
    changing(group.command(name), `plugin ${name} shout`)
      .argument('<id>')
      .description(description)
      .action(async (id: string, options: ChangeOptions) =>
        done(
          await change(talk(options), options.dataDir, {
            said,
            online: ({ client }) => client.post(pathOf(id, `/${name}`)),
            offline: (plugins) => plugins[name](id),
          }),
        ),
      );
  }
};

/** What is missing is not a file, but what somebody typed. */
const readSettings = async (file: string): Promise<Json> => {
  try {
    return JSON.parse(await readFile(file === '-' ? '/dev/stdin' : resolve(file), 'utf8')) as Json;
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${(error as Error).message}`,
      'Name a file that holds a JSON object.',
    );
  }
};

/** What a certificate is worth, in one word. */
const withCertificates = ({ items, ...rest }: JsonObject): JsonObject => ({
  ...rest,
  items: (Array.isArray(items) ? (items as Json[]) : []).map((item) => {
    if (!isJsonObject(item)) return item;
    const { certificate = null } = item;
    return { ...item, certificate: isJsonObject(certificate) ? (certificate.state ?? null) : null };
  }),
});

const addLooks = (group: Command, talk: MakeTalk, done: Done): void => {
  paged(withServer(group.command('list'), 'plugin list'))
    .description('List the plugins.')
    .action(async (options: ServerOptions & Paging) => {
      const shown = talk(options);
      const answer = await shown.client.get(`${API}/plugins?${pageQuery(options).toString()}`);
      const columns = ['id', 'version', 'origin', 'enabled', 'certificate', 'description'];
      done(printList(shown, shown.json ? answer : withCertificates(answer), columns));
    });
  withServer(group.command('info'), 'plugin info http')
    .argument('<id>')
    .description('Show a plugin and what it offers.')
    .action(async (id: string, options: ServerOptions) => {
      const shown = talk(options);
      printJson(shown, (await shown.client.get(pathOf(id))).data ?? null);
      done(EXIT.completed);
    });
  withServer(group.command('config'), 'plugin config shout --set settings.json')
    .argument('<id>')
    .option('--set <file>', 'take the settings from this file; - is the standard input')
    .description('Show the settings of a plugin, or make them.')
    .action(async (id: string, options: ServerOptions & { set?: string }) => {
      const shown = talk(options);
      const { set } = options;
      const path = pathOf(id, '/config');
      const answer = await (set === undefined
        ? shown.client.get(path)
        : shown.client.put(path, await readSettings(set)));
      const data = isJsonObject(answer.data ?? null) ? (answer.data as JsonObject) : {};
      printJson(shown, shown.json ? data : (data.config ?? null));
      done(EXIT.completed);
    });
};

export const addPluginCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('plugin')
    .description('Plugins: what tasks can do.')
    .addHelpText('after', '\nExample:\n  harmonia plugin install ./shout');
  const { terminal } = talk({});
  addAuthorCommands(group, terminal, done);
  addLooks(group, talk, done);
  addInstall(group, talk, done);
  addSwitches(group, talk, done);
};
