import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, printJson, text, type Talk } from '../server-commands.js';

/** ms between two looks, and until somebody is told that it takes long. */
const LOOK = 100;
const PATIENCE = 10_000;

const dataOf = ({ data }: JsonObject): JsonObject => (isJsonObject(data) ? data : {});

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const peerLine = (peer: Json): string => {
  const { name, endpoint, use } = isJsonObject(peer) ? peer : {};
  return `  ${text(name)}  ${text(endpoint)}  ${text(use)}\n`;
};

const print = (talk: Talk, state: JsonObject): void => {
  if (talk.json) return printJson(talk, state);
  const { out } = talk.terminal;
  if (state.configured !== true) return out('no Hermes: set HERMES_URL or HERMES_PORT for the service\n');
  out(`${text(state.state)} with Hermes at ${text(state.url)} as ${text(state.component_id)}\n`);
  for (const name of ['endpoint', 'registered_at', 'last_heartbeat', 'next', 'trouble'])
    if (state[name] !== null && state[name] !== undefined) out(`${name}: ${text(state[name])}\n`);
  out(`tools: ${listOf(state.tools).length}\n`);
  const peers = listOf(state.peers);
  if (peers.length > 0) out(`peers:\n${peers.map(peerLine).join('')}`);
};

/** Exit 0 when the service is registered, else 1. */
const verdict = ({ registered }: JsonObject): ExitCode => (registered === true ? EXIT.completed : EXIT.failed);

const showStatus = async (talk: Talk): Promise<ExitCode> => {
  const state = dataOf(await talk.client.get(`${API}/hermes`));
  print(talk, state);
  return verdict(state);
};

/** Nothing is under way: something is due next, or nothing ever will be. */
const isSettled = ({ next, state }: JsonObject): boolean =>
  next !== null || (state !== 'unregistered' && state !== 'registered');

/** The service registers; the command only says that it should, and looks what comes of it. */
const register = async (talk: Talk): Promise<ExitCode> => {
  const before = dataOf(await talk.client.get(`${API}/hermes`));
  let state = dataOf(await talk.client.post(`${API}/hermes/register`));
  for (let waited = 0; !isSettled(state); waited += LOOK) {
    if (waited >= PATIENCE)
      throw new CommandError(
        `Hermes at ${text(state.url)} has not answered yet.`,
        'The service goes on trying; look again with harmonia tekton status.',
      );
    await sleep(LOOK);
    state = dataOf(await talk.client.get(`${API}/hermes`));
  }
  print(talk, state);
  return state.registered_at === before.registered_at ? EXIT.failed : verdict(state);
};

/** `harmonia tekton register|status` */
export const addHermesCommands = (group: Command, talk: MakeTalk, done: Done): void => {
  withServer(group.command('status'), 'tekton status')
    .description(
      'How a running service stands with Hermes: the registration, its tools there, other components. ' +
        'Exit 0 registered, 1 not.',
    )
    .action(async (options: ServerOptions) => done(await showStatus(talk(options))));
  withServer(group.command('register'), 'tekton register')
    .description('Have a running service register with Hermes now. Exit 0 registered, 1 not.')
    .action(async (options: ServerOptions) => done(await register(talk(options))));
};
