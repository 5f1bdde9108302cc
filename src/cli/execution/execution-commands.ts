import type { Command } from 'commander';
import type { Limits } from '../../engine/core/index.js';
import type { Json, JsonObject } from '../../kernel/index.js';
import { limit, whole, paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readInput } from '../read-document.js';
import { reexecute, resume, steer } from './reexecution-commands.js';
import * as server from '../server-commands.js';
import { addStart } from './start-command.js';

export const addExecutionCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const execution = root
    .command('execution')
    .description('Executions of a running service.')
    .addHelpText('after', '\nExample:\n  harmonia execution watch 0191f7c2-…');
  addStart(execution, talk, done);
  paged(withServer(execution.command('list'), 'execution list --status failed'))
    .description('List executions, newest first.')
    .option('--status <status>', 'only these: running, paused, completed, failed, canceled')
    .option('--workflow <id>', 'only those of this workflow')
    .action(async (options: ServerOptions & server.Paging & { status?: string; workflow?: string }) =>
      done(await server.listExecutions(talk(options), options)),
    );
  const of = (name: string, description: string): Command =>
    withServer(execution.command(name), `execution ${name} 0191f7c2-…`).argument('<id>').description(description);
  addLooks(of, talk, done);
  of('pause', 'Pause it: what runs may end, nothing starts.').action(async (id: string, options: ServerOptions) =>
    done(await steer(talk(options), id, { action: 'pause', body: {} })),
  );
  of('resume', 'Resume it when it is paused; one that was canceled, or timed out, goes on where it was.')
    .option('--raise <limit>', 'the new limit of a budget, tokens=200000 or cost.USD=5; may be repeated', limit)
    .option('--by <name>', 'who raises it')
    .option('--comment <text>')
    .action(async (id: string, { raise: budget, by, comment, ...options }: ServerOptions & Raise) => {
      const words = { ...(by !== undefined && { by }), ...(comment !== undefined && { comment }) };
      const body = { ...(budget && { budget: budget as JsonObject }), ...words };
      done(await resume(talk(options), id, body));
    });
  of('cancel', 'Cancel it.')
    .option('--compensate', 'undo completed steps first')
    .action(async (id: string, { compensate = false, ...options }: ServerOptions & { compensate?: boolean }) =>
      done(await steer(talk(options), id, { action: 'cancel', body: { compensate } })),
    );
  addAnswers(of, talk, done);
  addReexecutions(of, talk, done);
};

interface Raise {
  readonly raise?: Limits;
  readonly by?: string;
  readonly comment?: string;
}

type MakeCommand = (name: string, description: string) => Command;

const addLooks = (of: MakeCommand, talk: MakeTalk, done: Done): void => {
  of('get', 'Show an execution, or what it was at an event of its journal.')
    .option('--at <seq>', 'as it was right after this event', whole)
    .action(async (id: string, options: ServerOptions & server.At) =>
      done(await server.getExecution(talk(options), id, options)),
    );
  of('state', 'Show the variables of its workflow, or assign some of them.')
    .option('--at <seq>', 'as they were right after this event', whole)
    .option('--set <json|@file>', 'values by name; others stay')
    .action(async (id: string, { set, ...options }: ServerOptions & server.At & { set?: string }) => {
      const values = set === undefined ? undefined : ((await readInput(set)) as Json);
      done(await server.stateOfExecution(talk(options), id, { ...options, set: values }));
    });
  of('verify', 'Prove that its journal holds what was written; exit 0 verified, 1 not. Keep the head elsewhere.')
    .option('--at <seq>', 'the head as of this event', whole)
    .action(async (id: string, options: ServerOptions & server.At) =>
      done(await server.verifyExecution(talk(options), id, options)),
    );
  of('events', 'List its events.')
    .option('--since <place>', 'only those after this sequence')
    .action(async (id: string, options: ServerOptions & { since?: string }) =>
      done(await server.listEvents(talk(options), id, options.since)),
    );
  of('watch', 'Follow it until it ends, also over a restart of the service; exit 0 completed, 1 otherwise.').action(
    async (id: string, options: ServerOptions) => done(await server.watchExecution(talk(options), id)),
  );
};

const addAnswers = (of: MakeCommand, talk: MakeTalk, done: Done): void => {
  of('signal', 'Give it an event.')
    .argument('<name>')
    .option('--payload <json|@file>', 'what the waiting step gets; {} when absent')
    .action(async (id: string, name: string, { payload, ...options }: ServerOptions & { payload?: string }) => {
      const body = { name, payload: (await readInput(payload)) as Json };
      done(await steer(talk(options), id, { action: 'signal', body }));
    });
  of('approve', 'Answer an approval that it waits for.')
    .argument('<step>', 'address of the step, /ok')
    .option('--reject', 'say no')
    .option('--by <name>', 'who answers')
    .option('--comment <text>')
    .action(async (id: string, step: string, options: ServerOptions & Answer) => {
      const { reject = false, by, comment } = options;
      const words = { ...(by !== undefined && { by }), ...(comment !== undefined && { comment }) };
      const body = { step, approved: !reject, ...words };
      done(await steer(talk(options), id, { action: 'approvals', body }));
    });
};

interface Answer {
  readonly reject?: boolean;
  readonly by?: string;
  readonly comment?: string;
}

interface PlanOption {
  readonly plan?: boolean;
}

const PLAN = ['--plan', 'only say what would be kept, reset and created'] as const;

const addReexecutions = (of: MakeCommand, talk: MakeTalk, done: Done): void => {
  of('retry', 'Run again what failed, and what came of it; the rest is kept.')
    .option(...PLAN)
    .action(async (id: string, { plan = false, ...options }: ServerOptions & PlanOption) =>
      done(await reexecute(talk(options), id, { operation: 'retry_failed', plan })),
    );
  for (const [name, operation, description] of [
    ['rerun', 'rerun_from', 'Run a step again, and all that depends on it.'],
    ['skip', 'skip', 'Count a step as skipped; what depends on it runs.'],
  ] as const) {
    of(name, description)
      .argument('<step>', 'address of the step, /each[3]/fetch')
      .option(...PLAN)
      .action(async (id: string, step: string, { plan = false, ...options }: ServerOptions & PlanOption) =>
        done(await reexecute(talk(options), id, { operation, step, plan })),
      );
  }
  of('fork', 'Start a new execution that keeps what still holds.')
    .option('--at <position>', 'as it was at that journal position', whole)
    .option('--input <json|@file>', 'with another input')
    .option('--workflow-version <version>', 'with another version of the workflow')
    .option(...PLAN)
    .action(async (id: string, { plan = false, ...options }: ServerOptions & PlanOption & Fork) => {
      const { at, input, workflowVersion: version } = options;
      const changed = {
        ...(at !== undefined && { at }),
        ...(input !== undefined && { input: (await readInput(input)) as Json }),
        ...(version !== undefined && { version }),
      };
      done(await reexecute(talk(options), id, { operation: 'fork', ...changed, plan }));
    });
};

interface Fork {
  readonly at?: number;
  readonly input?: string;
  readonly workflowVersion?: string;
}
