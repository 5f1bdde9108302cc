import type { Command } from 'commander';
import { addMigration } from '../execution/migration-command.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import * as server from '../server-commands.js';
import { deleteWorkflow, type DeleteOptions } from './delete-workflow.js';
import { saveWorkflow, type SaveOptions } from './save-workflow.js';

/** Adds `harmonia workflow …`. */
export const addWorkflowCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const workflow = root
    .command('workflow')
    .description('Workflows of a running service.')
    .addHelpText('after', '\nExample:\n  harmonia workflow save examples/first.yaml');
  paged(withServer(workflow.command('list'), 'workflow list'))
    .description('List workflows, newest first.')
    .action(async (options: ServerOptions & server.Paging) => done(await server.listWorkflows(talk(options), options)));
  withServer(workflow.command('get'), 'workflow get 0191f7c2-…')
    .argument('<id>')
    .description('Show a workflow.')
    .action(async (id: string, options: ServerOptions) => done(await server.getWorkflow(talk(options), id)));
  withServer(workflow.command('save'), 'workflow save examples/first.yaml')
    .argument('<file>', 'workflow, JSON or YAML; - is standard input')
    .description(
      'Keep a workflow, or with --id a further version of one; prints its id. Exit 2, with every fault: it is not valid, ' +
        'and nothing was kept.',
    )
    .option('--id <workflow>', 'the workflow, by id or name, whose next version it is')
    .option('--if-match <version>', 'only while this is its current version')
    .action(async (file: string, options: ServerOptions & SaveOptions) =>
      done(await saveWorkflow(talk(options), file, options)),
    );
  withServer(workflow.command('delete'), 'workflow delete first --yes')
    .argument('<workflow>', 'by id or name')
    .description('Take a workflow off the list, after a question. Its executions stay readable.')
    .option('--yes', 'do not ask')
    .option('--force', 'also while executions of it are open')
    .action(async (given: string, options: ServerOptions & DeleteOptions) =>
      done(await deleteWorkflow(talk(options), given, options)),
    );
  addMigration(workflow, talk, done);
};
