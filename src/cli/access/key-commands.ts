import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { PERMISSIONS } from '../../access/index.js';
import type { NewKey, Permission } from '../../access/ports/index.js';
import { readConfig, readEnvironment } from '../../config/index.js';
import { isoInstant, isJsonObject, type JsonObject } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const LIFE = /^([1-9]\d{0,5})([hdy])$/;
const SECONDS: Readonly<Record<string, number>> = { h: 3600, d: 86_400, y: 31_536_000 };

/** `12h`, `90d`, `1y` as seconds. */
const life = (given: string): number => {
  const [, count, unit = ''] = LIFE.exec(given) ?? [];
  if (count === undefined) throw new InvalidArgumentError('It must be hours, days or years: 12h, 90d, 1y.');
  return Number(count) * (SECONDS[unit] ?? 0);
};

const isPermission = (word: string): word is Permission => (PERMISSIONS as readonly string[]).includes(word);

/** `read,run` as a list. */
const permissions = (given: string): readonly Permission[] => {
  const words = given.split(',');
  if (words.every(isPermission)) return [...new Set(words)];
  throw new InvalidArgumentError(`It must be some of ${PERMISSIONS.join(', ')}, with commas.`);
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

interface CreateOptions {
  readonly name: string;
  readonly permission: readonly Permission[];
  readonly owner?: string;
  readonly workflow?: readonly string[];
  readonly expires?: number;
  readonly dataDir?: string;
}

/** The key alone on standard output, so that a script can keep it; the rest for people. */
const sayKey = ({ terminal, json }: Talk, key: JsonObject): ExitCode => {
  if (json) {
    terminal.out(`${JSON.stringify(key, null, 2)}\n`);
    return EXIT.completed;
  }
  terminal.out(`${text(key.key)}\n`);
  terminal.err(`key ${text(key.id)} (${text(key.name)}); it is not shown again\n`);
  return EXIT.completed;
};

const createOnline = async (talk: Talk, options: CreateOptions): Promise<ExitCode> => {
  const { name, permission, owner, workflow, expires } = options;
  const body: JsonObject = {
    ...{ name, permissions: [...permission] },
    ...(owner !== undefined && { owner }),
    ...(workflow && { workflows: [...workflow] }),
    ...(expires !== undefined && { expires_in: expires }),
  };
  const { data } = await talk.client.post(`${API}/keys`, body);
  return sayKey(talk, isJsonObject(data) ? data : {});
};

/** Who works on a data directory without a service. */
const ACTOR = 'command line';

/** Without a service, on a data directory that no other process works on: for the first key. */
const createOffline = async (talk: Talk, dataDirectory: string, options: CreateOptions): Promise<ExitCode> => {
  const { name, permission, owner, workflow, expires } = options;
  const config = { ...readConfig(readEnvironment(process.cwd(), process.env)), dataDirectory };
  const onTrouble = (): void => undefined;
  const { withAccess } = await import('../../harmonia.js');
  const wanted: NewKey = {
    ...{ name, owner, permissions: permission, workflows: workflow },
    expiresAt: expires === undefined ? undefined : Date.now() + expires * 1000,
  };
  const { secret, key } = await withAccess({ config, onTrouble }, async ({ keys, audit }) => {
    const made = await keys.create(wanted, ACTOR);
    const where = { peer: '', method: 'COMMAND', route: 'key create', target: `key_id=${made.key.id}` };
    const what = { status: 201, refused: undefined, requestId: undefined, times: 1 };
    await audit.keep({ at: made.key.createdAt, actor: ACTOR, ...where, ...what });
    return made;
  });
  const { id, state, createdAt } = key;
  return sayKey(talk, {
    ...{ id, name, state, key: secret, owner: owner ?? null, permissions: [...permission] },
    workflows: workflow ? [...workflow] : null,
    created_at: isoInstant(createdAt),
  });
};

/** Of a service that was not stopped the lock says so; of a directory that is none it would make one. */
export const mustBeDataDirectory = (directory: string): void => {
  if (!existsSync(join(directory, 'harmonia.db')))
    throw new CommandError(`${directory} is no data directory`, 'Name the one of HARMONIA_DATA_DIR.');
};

const addCreate = (group: Command, talk: MakeTalk, done: Done): void => {
  withServer(group.command('create'), 'key create --name ci --permission run --workflow nightly-report --expires 90d')
    .description('Make an API key; standard output is the key, which is not shown again.')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--permission <list>', `some of ${PERMISSIONS.join(', ')}`)
        .argParser(permissions)
        .makeOptionMandatory(),
    )
    .option('--owner <name>', 'whose it is')
    .option('--workflow <name>', 'limit it to this workflow; may be repeated', collect)
    .option('--expires <time>', 'after 12h, 90d, 1y; never when absent', life)
    .option('--data-dir <dir>', 'in this directory, which no service works on: for the first key')
    .action(async ({ dataDir, ...options }: ServerOptions & CreateOptions) => {
      const shown = talk(options);
      done(await (dataDir === undefined ? createOnline(shown, options) : createOffline(shown, dataDir, options)));
    });
};

/** `harmonia key`. */
export const addKeyCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('key')
    .description('API keys of a service.')
    .addHelpText('after', '\nExample:\n  harmonia key list');
  addCreate(group, talk, done);
  paged(withServer(group.command('list'), 'key list'))
    .description('List API keys, newest first, without what is secret.')
    .action(async (options: ServerOptions & Paging) => {
      const shown = talk(options);
      const answer = await shown.client.get(`${API}/keys?${pageQuery(options).toString()}`);
      const columns = ['id', 'name', 'state', 'permissions', 'workflows', 'expires_at', 'last_used_at'];
      done(printList(shown, answer, columns));
    });
  withServer(group.command('revoke'), 'key revoke 3f2a7c00abbc')
    .argument('<id>', 'the second part of the key')
    .description('Revoke an API key: from now on it opens nothing, and its streams end.')
    .action(async (id: string, options: ServerOptions) => {
      const shown = talk(options);
      const { data } = await shown.client.delete(`${API}/keys/${encodeURIComponent(id)}`);
      if (shown.json) printJson(shown, data ?? null);
      else shown.terminal.out(`${id} revoked\n`);
      done(EXIT.completed);
    });
};
