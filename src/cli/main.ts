import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { componentProgram, runProgram } from '../tekton/utilities/cli/index.js';
import * as checkpoint from './execution/checkpoint-commands.js';
import { addAuditCommands } from './access/audit-commands.js';
import { addKeyCommands } from './access/key-commands.js';
import { addAssistantCommands } from './feature/assistant/assistant-commands.js';
import { addDestinationCommands } from './destination/destination-commands.js';
import { addCredentialCommands } from './credential/credential-commands.js';
import { addPluginCommands } from './plugin/plugin-commands.js';
import { readEnvironment } from '../config/index.js';
import { CommandError } from './command-error.js';
import { EXIT, EXIT_CODES, type ExitCode } from './exit-code.js';
import type { RunOptions } from './run-command.js';
import { addExecutionCommands } from './execution/execution-commands.js';
import { limit, paged, scale, withServer, type Done, type MakeTalk, type ServerOptions } from './options.js';
import { ServerClient, ServerRefusal } from './server-client.js';
import type * as server from './server-commands.js';
import { addScheduleCommands } from './feature/schedule-commands.js';
import { addSimulateCommand } from './simulate/simulate-command.js';
import { reportError, systemTerminal, type Terminal } from './terminal.js';
import { addWebhookCommands } from './feature/webhook-commands.js';
import { addComponentCommands } from './feature/component-commands.js';
import { addMcpCommand } from './feature/mcp-command.js';
import { addLlmCommands } from './feature/llm-commands.js';
import { addTemplateCommands } from './feature/template-commands.js';
import { addSuggestionCommands } from './feature/suggestion-commands.js';
import { addOperationCommands } from './operation/operation-commands.js';
import { addTriggerCommands } from './feature/trigger-commands.js';
import { addServeCommand } from './tekton/serve-command.js';
import { addWorkflowCommands } from './workflow/workflow-commands.js';
import { addTektonCommands } from './tekton/tekton-commands.js';
import type { ValidateOptions } from './validate-command.js';

const version = (): string => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

/** Where a service that was started in this directory listens: by the same settings. */
const defaultUrl = (): string => {
  const { HARMONIA_PORT: port } = readEnvironment(process.cwd(), process.env);
  return `http://127.0.0.1:${port?.trim() || '8007'}`;
};

/** What is shown of who asks: what is said here, else what the environment says. */
const credentialOf = (given: string | undefined): string | undefined => {
  const credential = (given ?? process.env.HARMONIA_API_KEY ?? '').trim();
  if (credential === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(credential)) return credential;
  throw new CommandError('the API key is no key', 'Give --api-key or HARMONIA_API_KEY as it was told: one word.');
};

/** Builds the command line; `done` takes the exit code of the command that ran. */
const program = (terminal: Terminal, done: (code: ExitCode) => void): Command => {
  const root = componentProgram({ name: 'harmonia', description: 'Runs workflows durably.', version: version() });
  root.showHelpAfterError('(add --help to see what there is)');
  root.addHelpText('after', `\nExample:\n  harmonia run examples/first.yaml --input '{"name":"Ada"}'\n\n${EXIT_CODES}`);
  root.configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addServeCommand(root, terminal, done);
  addLocalCommands(root, terminal, done);
  addSimulateCommand(root, terminal, done);
  addMcpCommand(root, { terminal, credentialOf }, done);
  addOperationCommands(root, terminal, done);
  const talk = ({ url, apiKey, json = false }: ServerOptions): server.Talk => ({
    client: new ServerClient(url ?? defaultUrl(), credentialOf(apiKey)),
    terminal,
    json,
    isChosen: url !== undefined,
  });
  addWorkflowCommands(root, talk, done);
  addExecutionCommands(root, talk, done);
  addCheckpointCommands(root, talk, done);
  addDestinationCommands(root, talk, done);
  addCredentialCommands(root, talk, done);
  addKeyCommands(root, talk, done);
  addAuditCommands(root, talk, done);
  addPluginCommands(root, talk, done);
  addScheduleCommands(root, talk, done);
  addWebhookCommands(root, talk, done);
  addTemplateCommands(root, talk, done);
  addSuggestionCommands(root, talk, done);
  addTriggerCommands(root, talk, done);
  addComponentCommands(root, talk, done);
  addLlmCommands(root, talk, done);
  addAssistantCommands(root, talk, done);
  addTektonCommands(root, { terminal, talk, done });
  return root;
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const timeScale = (): Option =>
  new Option(
    '--time-scale <factor>',
    'WfCommons traces: sleep the recorded runtimes times this (0 = not at all)',
  ).argParser(scale);

const addLocalCommands = (root: Command, terminal: Terminal, done: Done): void => {
  root
    .command('run')
    .argument('<file>', 'workflow, JSON or YAML; - is standard input')
    .description(
      'Run a workflow file to its end. Standard output is the output as JSON; exit 0 completed, 1 failed, 2 invalid, ' +
        '130 interrupted (the first Ctrl-C ends in order, the second at once).',
    )
    .option('--input <json|@file>', 'input of the workflow, {} when absent')
    .option('--data-dir <dir>', 'keep the journal there; a temporary directory otherwise')
    .option('--with <file>', 'a workflow that this one runs; may be repeated', collect)
    .option('--event <name=json>', 'give it an event, also for a wait that comes later; may be repeated', collect)
    .option('--approve <step>', 'answer the approval at that address with yes; may be repeated', collect)
    .option('--reject <step>', 'with no', collect)
    .option('--callback <step=json>', 'call the URL of the webhook at that address; may be repeated', collect)
    .option('--budget <limit>', 'what it may use: tokens=200000, cost.USD=5; may be repeated', limit)
    .option(
      '--raise <limit>',
      'when its budget is used up, raise it: tokens=200000, cost.USD=5; may be repeated',
      limit,
    )
    .option('--json', 'print one object {execution_id, status, output, error}')
    .addOption(timeScale())
    .addHelpText('after', `\nExample:\n  harmonia run examples/nightly-report.yaml --input '{"day":"2026-11-24"}'`)
    .action(async (file: string, options: RunOptions) => {
      // Commands load what they need: most need neither the engine nor the database.
      const { runFile } = await import('./run-command.js');
      done(await runFile(file, options, terminal));
    });
  root
    .command('validate')
    .argument('<file>', 'workflow, JSON or YAML; - is standard input')
    .description('Check a workflow file; every fault in one report. Exit 0 valid, 2 invalid.')
    .option('--json', 'print one object {valid, dialect, faults, warnings}')
    .addOption(timeScale())
    .addHelpText('after', '\nExample:\n  harmonia validate examples/nightly-report.yaml')
    .action(async (file: string, options: ValidateOptions) => {
      const { validateFile } = await import('./validate-command.js');
      done(await validateFile(file, options, terminal));
    });
};

const addCheckpointCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('checkpoint')
    .description('Named places in the journals of a running service.')
    .addHelpText('after', '\nExample:\n  harmonia checkpoint create 0191f7c2-… --name before-deploy');
  withServer(group.command('create'), 'checkpoint create 0191f7c2-… --name before-deploy')
    .argument('<execution>')
    .description('Name the current place of an execution that has not ended; prints the id.')
    .option('--name <name>', 'at most 255 characters')
    .option('--description <text>', 'at most 4000 characters')
    .action(async (id: string, options: ServerOptions & checkpoint.CheckpointWords) =>
      done(await checkpoint.createCheckpoint(talk(options), id, options)),
    );
  paged(withServer(group.command('list'), 'checkpoint list --execution 0191f7c2-…'))
    .description('List checkpoints, newest first.')
    .option('--execution <id>', 'only those of this execution')
    .action(async (options: ServerOptions & server.Paging & { execution?: string }) =>
      done(await checkpoint.listCheckpoints(talk(options), options)),
    );
  const of = (name: string, description: string, run: (talk: server.Talk, id: string) => Promise<ExitCode>): Command =>
    withServer(group.command(name), `checkpoint ${name} 0191f7c2-…`)
      .argument('<id>')
      .description(description)
      .action(async (id: string, options: ServerOptions) => done(await run(talk(options), id)));
  of('get', 'Show a checkpoint with what its tasks were then.', checkpoint.getCheckpoint);
  of('validate', 'Whether it can be restored here and now; exit 0 or 2.', checkpoint.validateCheckpoint);
  of('restore', 'Start a new execution from it; prints the id.', checkpoint.restoreCheckpoint);
  of('delete', 'Delete the name; the journal stays.', checkpoint.deleteCheckpoint);
};

const explain = (terminal: Terminal, error: unknown): ExitCode => {
  if (!(error instanceof ServerRefusal)) return reportError(terminal, error);
  terminal.err(`${error.message}\n`);
  if (error.advice.cure !== undefined) terminal.err(`  → ${error.advice.cure}\n`);
  for (const { pointer, message } of error.advice.faults) terminal.err(`  ${pointer}: ${message}\n`);
  return error.status < 500 ? EXIT.invalid : EXIT.trouble;
};

/** Runs one command line and answers the exit code. Never rejects. */
export const runCli = (argv: readonly string[], terminal = systemTerminal()): Promise<number> => {
  let code: ExitCode = EXIT.completed;
  const root = program(terminal, (given) => (code = given));
  const failed = (error: unknown): ExitCode => explain(terminal, error);
  return runProgram(root, argv, { given: () => code, failed, misread: EXIT.invalid });
};
