import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { API, printJson, text, type Talk } from '../server-commands.js';

interface MigrateOptions {
  readonly to: string;
  readonly from?: string;
  readonly plan?: boolean;
  readonly execution?: readonly string[];
}

/** Adds `workflow migrate`. */
export const addMigration = (workflow: Command, talk: MakeTalk, done: Done): void => {
  withServer(workflow.command('migrate'), 'workflow migrate 0191f7c2-… --to 1.1.0 --plan')
    .argument('<id>')
    .description('Let its open executions go on with another version, those that can; the others finish as they are.')
    .requiredOption('--to <version>', 'the version to go on with')
    .option('--from <version>', 'only executions of this version')
    .option('--execution <id>', 'only this one; may be repeated', (id, before: readonly string[] = []) => [
      ...before,
      id,
    ])
    .option('--plan', 'only say which can')
    .action(async (id: string, options: ServerOptions & MigrateOptions) =>
      done(await migrateWorkflow(talk(options), id, options)),
    );
};

const listOf = (data: JsonObject, name: string): readonly JsonObject[] => {
  const list = data[name];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
};

const textsOf = (data: JsonObject, name: string): readonly string[] => {
  const list = data[name];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
};

/** Migrates; with `plan` only says which executions would go over (→), stay (=), and must finish as they are (✗). */
const migrateWorkflow = async (
  talk: Talk,
  id: string,
  { to, from, plan = false, execution }: MigrateOptions,
): Promise<ExitCode> => {
  const body: Record<string, Json> = { to_version: to };
  if (from !== undefined) body.from_version = from;
  if (execution) body.execution_ids = [...execution];
  const path = `${API}/workflows/${encodeURIComponent(id)}/migrate${plan ? '?dry_run=true' : ''}`;
  const { data } = await talk.client.post(path, body);
  if (talk.json) printJson(talk, data ?? null);
  else if (isJsonObject(data)) printReport(talk, data, plan);
  return EXIT.completed;
};

const printReport = ({ terminal }: Talk, data: JsonObject, plan: boolean): void => {
  for (const execution of textsOf(data, 'migratable')) terminal.out(`  → ${execution}\n`);
  for (const execution of textsOf(data, 'unaffected')) terminal.out(`  = ${execution}  (unaffected)\n`);
  for (const { execution_id: execution, reasons } of listOf(data, 'must_finish')) {
    terminal.out(`  ✗ ${text(execution)}\n`);
    for (const { step, reason } of Array.isArray(reasons) ? reasons.filter(isJsonObject) : []) {
      terminal.out(`      ${step === '' ? '' : `${text(step)}: `}${text(reason)}\n`);
    }
  }
  terminal.out(plan ? 'nothing was changed\n' : `${text(data.migrated)} migrated\n`);
};
