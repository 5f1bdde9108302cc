import type { Command } from 'commander';
import type { Limits } from '../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idOf } from '../feature/workflow-page.js';
import { limit, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readInput } from '../read-document.js';
import { API, printJson, text, watchExecution, type Talk } from '../server-commands.js';

interface StartOptions {
  readonly input?: string;
  readonly workflowVersion?: string;
  readonly budget?: Limits;
  readonly wait?: boolean;
}

/** Adds `execution start`. */
export const addStart = (group: Command, talk: MakeTalk, done: Done): void => {
  withServer(group.command('start'), `execution start first --input '{"name":"Ada"}' --wait`)
    .argument('<workflow>', 'by id or name')
    .description(
      'Start an execution; prints its id. With --wait, its output as JSON at the end: exit 0 completed, 1 otherwise.',
    )
    .option('--input <json|@file>', 'input of the workflow, {} when absent')
    .option('--workflow-version <version>', 'the current one when absent')
    .option('--budget <limit>', 'what it may use: tokens=200000, cost.USD=5; may be repeated', limit)
    .option('--wait', 'follow it until it ends, also over a restart of the service')
    .action(async (workflow: string, options: ServerOptions & StartOptions) =>
      done(await startExecution(talk(options), workflow, options)),
    );
};

const startExecution = async (talk: Talk, workflow: string, options: StartOptions): Promise<ExitCode> => {
  const { input, workflowVersion: version, budget, wait = false } = options;
  const body = {
    ...{ workflow_id: await idOf(talk, workflow), input: (await readInput(input)) as Json },
    ...(version !== undefined && { version }),
    ...(budget && { execution_options: { budget: budget as JsonObject } }),
  };
  const answer = await talk.client.post(`${API}/executions`, body);
  const id = text(answer.execution_id);
  if (wait) return waitFor(talk, id);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${id}\n`);
  return EXIT.completed;
};

/** What happens is told on standard error, so that standard output is the output, as `harmonia run` has it. */
const waitFor = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { terminal } = talk;
  const aside = { ...terminal, out: terminal.err };
  terminal.err(`${id} has started\n`);
  const code = await watchExecution({ ...talk, json: false, terminal: aside }, id);
  const { data } = await talk.client.get(`${API}/executions/${encodeURIComponent(id)}`);
  const { status = null, output = null, error } = isJsonObject(data) ? data : {};
  if (talk.json)
    printJson(talk, { execution_id: id, status, output, ...(isJsonObject(error ?? null) && { error: error as Json }) });
  else if (code === EXIT.completed) printJson(talk, output);
  else if (isJsonObject(error ?? null)) {
    const { message, code: reason } = error as JsonObject;
    terminal.err(`${text(status)}: ${text(message)} [${text(reason)}]\n`);
  } else terminal.err(`${text(status)}\n`);
  return code;
};
