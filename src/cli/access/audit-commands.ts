import type { Command } from 'commander';
import { readConfig, readEnvironment } from '../../config/index.js';
import { isJsonObject, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';
import { mustBeDataDirectory } from './key-commands.js';

interface ListOptions extends Paging {
  readonly actor?: string;
  readonly outcome?: string;
}

/** Exit 1 when the chain is broken. */
const sayProof = (talk: Talk, proof: JsonObject): ExitCode => {
  const isProven = proof.verified === true;
  if (talk.json) printJson(talk, proof);
  else if (isProven) talk.terminal.out(`verified: ${text(proof.records)} records, head ${text(proof.head)}\n`);
  else talk.terminal.err(`not verified: record ${text(proof.broken_at)} is missing, or is not what was written\n`);
  return isProven ? EXIT.completed : EXIT.failed;
};

const verifyOnline = async (talk: Talk): Promise<ExitCode> => {
  const { data } = await talk.client.get(`${API}/audit/verify`);
  return sayProof(talk, isJsonObject(data) ? data : {});
};

const verifyOffline = async (talk: Talk, dataDirectory: string): Promise<ExitCode> => {
  mustBeDataDirectory(dataDirectory);
  const config = { ...readConfig(readEnvironment(process.cwd(), process.env)), dataDirectory };
  const { withAccess } = await import('../../harmonia.js');
  const proof = await withAccess({ config, onTrouble: () => undefined }, ({ audit }) => audit.verify());
  const { records, first, last, head = null, brokenAt } = proof;
  return sayProof(talk, { verified: brokenAt === undefined, records, first, last, head, broken_at: brokenAt ?? null });
};

/** `harmonia audit`. */
export const addAuditCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('audit')
    .description('What was done with a service, and by whom.')
    .addHelpText('after', '\nExample:\n  harmonia audit verify');
  paged(withServer(group.command('list'), 'audit list --outcome refused'))
    .description('List changes, and attempts that were refused, newest first.')
    .option('--actor <who>', 'only of this one: key:<id>, token:<subject>, …')
    .option('--outcome <outcome>', 'done or refused')
    .action(async (options: ServerOptions & ListOptions) => {
      const shown = talk(options);
      const query = pageQuery(options);
      for (const name of ['actor', 'outcome'] as const) {
        const wanted = options[name];
        if (wanted !== undefined) query.set(name, wanted);
      }
      const answer = await shown.client.get(`${API}/audit?${query.toString()}`);
      done(printList(shown, answer, ['seq', 'at', 'actor', 'peer', 'method', 'route', 'target', 'outcome', 'times']));
    });
  withServer(group.command('verify'), 'audit verify')
    .description('Prove that the records are what was written; exit 1 when they are not.')
    .option('--data-dir <dir>', 'of this directory, which no service works on')
    .action(async ({ dataDir, ...options }: ServerOptions & { dataDir?: string }) =>
      done(await (dataDir === undefined ? verifyOnline(talk(options)) : verifyOffline(talk(options), dataDir))),
    );
};
