import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, text, type Talk } from '../server-commands.js';
import { followUpLines } from './follow-up-text.js';
import { commandsOfOne, Resource, shown } from './resource.js';

const SUGGESTIONS = new Resource('suggestions', 'suggestion_id');

const show = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { data } = await talk.client.get(SUGGESTIONS.pathOf(id));
  if (talk.json) return shown(talk, data);
  const { title, rationale, status, followUp = null } = data as JsonObject;
  const lines = [text(title), `  ${text(rationale)}`, text(status)];
  for (const line of [...lines, ...(isJsonObject(followUp) ? followUpLines(followUp) : [])])
    talk.terminal.out(`${line}\n`);
  return EXIT.completed;
};

const versionOf = (talk: Talk, data: Json | undefined, words: string): ExitCode => {
  if (talk.json) return shown(talk, data);
  talk.terminal.out(`${words} ${text((data as JsonObject).version)}\n`);
  return EXIT.completed;
};

const promote = async (talk: Talk, id: string, { note }: { readonly note?: string }): Promise<ExitCode> => {
  const body: JsonObject = note === undefined ? {} : { note };
  return versionOf(talk, (await talk.client.post(SUGGESTIONS.pathOf(id, '/promote'), body)).data, 'version');
};

const abandon = async (talk: Talk, id: string): Promise<ExitCode> =>
  versionOf(talk, (await talk.client.post(SUGGESTIONS.pathOf(id, '/abandon'))).data, 'new executions run version');

const calibration = async (talk: Talk): Promise<ExitCode> =>
  shown(talk, (await talk.client.get(`${API}/optimizer/calibration`)).data);

/** Adds what follows when a suggestion is applied: `show`, `promote`, `abandon`, `calibration`. */
export const addFollowUpCommands = (parts: {
  readonly group: Command;
  readonly talk: MakeTalk;
  readonly done: Done;
}): void => {
  const { group, talk, done } = parts;
  const of = commandsOfOne<ServerOptions & { note?: string }>({ ...parts, name: 'suggestion' });
  of('show', 'Show what became of a suggestion, and of what was predicted.', show);
  of('promote', 'Make the version that a canary has tried the current one.', promote).option('--note <text>', 'why');
  of('abandon', 'End a canary: new executions run the current version only.', abandon);
  withServer(group.command('calibration'), 'suggestion calibration')
    .description('Show how predictions fared, over all suggestions that were followed to their end.')
    .action(async (options: ServerOptions) => done(await calibration(talk(options))));
};
