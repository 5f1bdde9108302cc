import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { readConfig, readEnvironment } from '../../config/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readSecret } from './secret-input.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';
import type { Terminal } from '../terminal.js';

/** The field of each type that holds the secret. */
const SECRET_FIELDS = {
  secret: 'value',
  basic: 'password',
  bearer: 'token',
  api_key: 'key',
  hmac: 'secret',
  custom: 'fields',
} as const;
type Type = keyof typeof SECRET_FIELDS;

interface SetOptions {
  readonly type: Type;
  readonly description?: string;
  readonly username?: string;
  readonly header?: string;
  readonly query?: string;
  readonly fromEnv?: string;
}

const pathOf = (name: string): string => `${API}/credentials/${encodeURIComponent(name)}`;

const customFields = (given: string): Json => {
  try {
    return JSON.parse(given) as Json;
  } catch {
    // The parser would quote what it read.
    throw new CommandError('the fields are no JSON', `Write an object of texts: {"user":"…","password":"…"}.`);
  }
};

const setCredential = async (talk: Talk, name: string, options: SetOptions): Promise<ExitCode> => {
  const { type, fromEnv, description, username, header, query } = options;
  const given = await readSecret(fromEnv, type === 'custom' ? 'fields as JSON: ' : `${SECRET_FIELDS[type]}: `);
  const words = { description, username, header, query };
  const set = Object.fromEntries(
    Object.entries(words).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const body: JsonObject = { type, ...set, [SECRET_FIELDS[type]]: type === 'custom' ? customFields(given) : given };
  const { data, message } = await talk.client.put(pathOf(name), body);
  if (talk.json) printJson(talk, data ?? null);
  else talk.terminal.out(`${name}: ${text(message)}\n`);
  return EXIT.completed;
};

const removeCredential = async (talk: Talk, name: string, force: boolean): Promise<ExitCode> => {
  await talk.client.delete(`${pathOf(name)}${force ? '?force=true' : ''}`);
  if (talk.json) printJson(talk, { name, deleted: true });
  else talk.terminal.out(`${name} deleted\n`);
  return EXIT.completed;
};

const listCredentials = async (talk: Talk, options: Paging & { managed?: boolean }): Promise<ExitCode> => {
  const query = pageQuery(options);
  if (options.managed) query.set('managed', 'true');
  const answer = await talk.client.get(`${API}/credentials?${query.toString()}`);
  return printList(talk, answer, ['name', 'type', 'usable', 'updated_at', 'description']);
};

interface Rotation {
  readonly rotated: Json;
  readonly unreadable: readonly string[];
}

/** Exit 1 when some stay under a key that is not here. */
const sayRotation = ({ rotated, unreadable }: Rotation, terminal: Terminal, json: boolean): ExitCode => {
  if (json) terminal.out(`${JSON.stringify({ rotated, unreadable }, null, 2)}\n`);
  else terminal.out(`${text(rotated)} credential(s) are under the newest key\n`);
  if (unreadable.length > 0) terminal.err(`no key opens: ${unreadable.join(', ')}\n`);
  return unreadable.length > 0 ? EXIT.failed : EXIT.completed;
};

const rotateOnline = async (talk: Talk): Promise<ExitCode> => {
  const { data } = await talk.client.post(`${API}/credentials/rotate`);
  const { rotated = null, unreadable = [] } = isJsonObject(data) ? data : {};
  return sayRotation({ rotated, unreadable: unreadable as string[] }, talk.terminal, talk.json);
};

/** Without a service, on a data directory that no other process works on. */
const rotateOffline = async (dataDirectory: string, { terminal, json }: Talk): Promise<ExitCode> => {
  if (!existsSync(join(dataDirectory, 'harmonia.db')))
    throw new CommandError(`${dataDirectory} is no data directory`, 'Name the one of HARMONIA_DATA_DIR.');
  const config = { ...readConfig(readEnvironment(process.cwd(), process.env)), dataDirectory };
  const onTrouble = (what: string, error: unknown): void => terminal.err(`${what}: ${(error as Error).message}\n`);
  const { rotateCredentials } = await import('../../harmonia.js');
  return sayRotation(await rotateCredentials({ config, onTrouble }), terminal, json);
};

const SOURCES = `
The secret itself is no argument: every user of the machine could read it there. It is read from standard input,
typed when that is a terminal, or taken from a variable:
  harmonia credential set github --type bearer < token.txt
  harmonia credential set github --type bearer --from-env GITHUB_TOKEN
  echo '{"user":"ada","password":"…"}' | harmonia credential set mail --type custom`;

const addSet = (group: Command, talk: MakeTalk, done: Done): void => {
  const types = Object.keys(SECRET_FIELDS);
  withServer(group.command('set'), 'credential set github --type bearer --from-env GITHUB_TOKEN')
    .argument('<name>')
    .description('Make a credential, or put another one in its place.')
    .addOption(new Option('--type <type>', 'what it is').choices(types).default('secret'))
    .option('--description <text>', 'at most 4000 characters')
    .option('--username <name>', 'basic: the account')
    .option('--header <name>', 'api_key: the header that it goes into')
    .option('--query <name>', 'api_key: the parameter that it goes into')
    .option('--from-env <variable>', 'take the secret from this variable of the environment')
    .addHelpText('after', SOURCES)
    .action(async (name: string, options: ServerOptions & SetOptions) =>
      done(await setCredential(talk(options), name, options)),
    );
};

export const addCredentialCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('credential')
    .description('Secrets and accounts for tasks, kept encrypted by a service.')
    .addHelpText('after', '\nExample:\n  harmonia credential list');
  paged(withServer(group.command('list'), 'credential list'))
    .description('List credentials, without what is secret.')
    .option('--managed', 'also those that belong to features of Harmonia')
    .action(async (options: ServerOptions & Paging & { managed?: boolean }) =>
      done(await listCredentials(talk(options), options)),
    );
  withServer(group.command('get'), 'credential get github')
    .argument('<name>')
    .description('Show a credential, without what is secret.')
    .action(async (name: string, options: ServerOptions) => {
      const shown = talk(options);
      printJson(shown, (await shown.client.get(pathOf(name))).data ?? null);
      done(EXIT.completed);
    });
  addSet(group, talk, done);
  withServer(group.command('remove'), 'credential remove github')
    .argument('<name>')
    .description('Delete a credential that no workflow names.')
    .option('--force', 'also when workflows name it')
    .action(async (name: string, { force = false, ...options }: ServerOptions & { force?: boolean }) =>
      done(await removeCredential(talk(options), name, force)),
    );
  withServer(group.command('rotate'), 'credential rotate --data-dir ./data')
    .description('Encrypt all credentials with a new key, and forget the old one.')
    .option('--data-dir <dir>', 'of this directory, which no service works on')
    .action(async ({ dataDir, ...options }: ServerOptions & { dataDir?: string }) =>
      done(await (dataDir === undefined ? rotateOnline(talk(options)) : rotateOffline(dataDir, talk(options)))),
    );
};
