import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { EXIT, type ExitCode } from '../../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../../options.js';
import { readInput } from '../../read-document.js';
import { API, printJson, type Talk } from '../../server-commands.js';
import { diagnosisText } from './diagnosis-text.js';
import { pageOf } from '../workflow-page.js';
import { addGenerateCommand } from './generate-command.js';
import { planText } from './plan-text.js';

interface PlanOptions extends ServerOptions {
  readonly input?: string;
  readonly workflowVersion?: string;
  readonly assume?: string;
}

const told = (talk: Talk, answer: JsonObject, text: (data: JsonObject) => string): ExitCode => {
  const { data } = answer;
  if (talk.json || !isJsonObject(data)) printJson(talk, data ?? null);
  else talk.terminal.out(text(data));
  return EXIT.completed;
};

const plan = async (talk: Talk, workflow: string, options: PlanOptions): Promise<ExitCode> => {
  const { input, workflowVersion: version, assume } = options;
  const body = {
    ...(input !== undefined && { input: (await readInput(input)) as Json }),
    ...(assume !== undefined && { assume: (await readInput(assume)) as Json }),
    ...(version !== undefined && { version }),
  };
  return told(talk, await talk.client.post(await pageOf(talk, workflow, '/plan'), body), planText);
};

/** Help with workflows of a running service. */
export const addAssistantCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  addGenerateCommand(root, talk, done);
  withServer(root.command('plan'), `plan 0191f7c2-… --input '{"day":"2026-11-24"}'`)
    .argument('<workflow>', 'id or name of the workflow')
    .description(
      'Say what an execution will do: tasks, hosts, secrets, effects, waits, time and money. Starts nothing.',
    )
    .option('--input <json|@file>', 'input of the workflow; what depends on it is open when absent')
    .option('--workflow-version <version>', 'the current one when absent')
    .option('--assume <json|@file>', 'how tasks end: {"/ask": {"output": {…}}}')
    .action(async (id: string, options: PlanOptions) => done(await plan(talk(options), id, options)));
  withServer(root.command('diagnose'), 'diagnose 0191f7c2-…')
    .argument('<execution>', 'id of the execution')
    .description('Say why an execution failed, waits or stands still, with evidence, and what can be done.')
    .action(async (id: string, options: ServerOptions) => {
      const path = `${API}/executions/${encodeURIComponent(id)}/diagnose`;
      const own = talk(options);
      done(told(own, await own.client.post(path, {}), diagnosisText));
    });
};
