import { Option, type Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { EXIT, type ExitCode } from '../../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../../options.js';
import { readInput } from '../../read-document.js';
import { API, printJson, type Talk } from '../../server-commands.js';
import { diagnosisText } from './diagnosis-text.js';
import { llmOption } from '../llm-option.js';
import { idOf, pageOf } from '../workflow-page.js';
import { expressionText } from './expression-text.js';
import { explanationText } from './explanation-text.js';
import { addGenerateCommand } from './generate-command.js';
import { planText } from './plan-text.js';

interface PlanOptions extends ServerOptions {
  readonly input?: string;
  readonly workflowVersion?: string;
  readonly assume?: string;
}

interface ExplainOptions extends ServerOptions {
  readonly audience?: string;
  readonly workflowVersion?: string;
  readonly llm?: string;
}

interface ExpressionOptions extends ServerOptions {
  readonly words?: string;
  readonly workflow?: string;
  readonly task?: string;
  readonly sample?: string;
  readonly llm?: string;
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

const explain = async (talk: Talk, workflow: string, options: ExplainOptions): Promise<ExitCode> => {
  const { audience, workflowVersion: version, llm } = options;
  const body = {
    ...(audience !== undefined && { audience }),
    ...(version !== undefined && { version }),
    ...(llm !== undefined && { llm }),
  };
  return told(talk, await talk.client.post(await pageOf(talk, workflow, '/explain'), body), explanationText);
};

const expression = async (talk: Talk, source: string | undefined, options: ExpressionOptions): Promise<ExitCode> => {
  const { words, workflow, task, sample, llm } = options;
  const body = {
    ...(source !== undefined && { expression: source }),
    ...(words !== undefined && { words }),
    ...(workflow !== undefined && { workflow_id: await idOf(talk, workflow) }),
    ...(task !== undefined && { task }),
    ...(sample !== undefined && { sample: (await readInput(sample)) as Json }),
    ...(llm !== undefined && { llm }),
  };
  return told(talk, await talk.client.post(`${API}/expressions/help`, body), expressionText);
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
  withServer(root.command('explain'), 'explain nightly-report --audience operator')
    .argument('<workflow>', 'id or name of the workflow')
    .description('Say in words what a workflow does, touches, and does when something fails. Starts nothing.')
    .addOption(new Option('--audience <audience>', 'who reads it').choices(['operator', 'author', 'newcomer']))
    .option('--workflow-version <version>', 'the current one when absent')
    .addOption(llmOption())
    .action(async (id: string, options: ExplainOptions) => done(await explain(talk(options), id, options)));
  withServer(root.command('expression'), `expression 'size(input.rows)' --workflow nightly-report --task /publish`)
    .argument('[expression]', 'to be looked at, with or without ${…}')
    .description(
      'Say what an expression reads and gives and what is wrong with it, or find one that does what words say.',
    )
    .option('--words <words>', 'what is wanted')
    .option('--workflow <workflow>', 'id or name of the workflow in which it is to stand')
    .option('--task <path>', 'path of the task there: /each/fetch')
    .option('--sample <json|@file>', 'values on which it is worked out: {"input": {…}}')
    .addOption(llmOption())
    .action(async (source: string | undefined, options: ExpressionOptions) =>
      done(await expression(talk(options), source, options)),
    );
  withServer(root.command('diagnose'), 'diagnose 0191f7c2-…')
    .argument('<execution>', 'id of the execution')
    .description('Say why an execution failed, waits or stands still, with evidence, and what can be done.')
    .addOption(llmOption())
    .action(async (id: string, options: ServerOptions & { readonly llm?: string }) => {
      const path = `${API}/executions/${encodeURIComponent(id)}/diagnose`;
      const own = talk(options);
      done(
        told(own, await own.client.post(path, options.llm === undefined ? {} : { llm: options.llm }), diagnosisText),
      );
    });
};
