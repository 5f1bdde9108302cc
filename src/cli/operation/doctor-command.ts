import type { Command } from 'commander';
import { readEnvironment } from '../../config/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';
import { onData, type DataOptions } from './data-options.js';

const MARKS = { ok: '✓', warning: '!', failed: '✗', skipped: '-' } as const;

const doctor = async ({ dataDir, json = false }: DataOptions, terminal: Terminal): Promise<ExitCode> => {
  const { examine } = await import('../../composition/operation/index.js');
  const examination = await examine(readEnvironment(process.cwd(), process.env), dataDir);
  const { state, findings } = examination;
  if (json) terminal.out(`${JSON.stringify(examination, null, 2)}\n`);
  else {
    const width = Math.max(...findings.map(({ check }) => check.length));
    for (const { check, state: mark, reason, cure } of findings)
      terminal.out(
        `${MARKS[mark]} ${check.padEnd(width)}  ${reason}\n${cure === undefined ? '' : `${' '.repeat(width + 4)}→ ${cure}\n`}`,
      );
    terminal.out(state === 'ok' ? 'all is well\n' : state === 'warning' ? 'it will run\n' : 'it will not run well\n');
  }
  return state === 'failed' ? EXIT.failed : EXIT.completed;
};

/** Adds `doctor`. */
export const addDoctorCommand = (root: Command, terminal: Terminal, done: Done): void => {
  onData(root.command('doctor'), 'doctor')
    .description(
      'Look at what the service stands on: settings, disk, database, key, port, plugins, Hermes, models. Says what is wrong and what helps; ' +
        'changes nothing; the service may run, or not. Exit 0 it will run, 1 something is wrong.',
    )
    .action(async (options: DataOptions) => done(await doctor(options, terminal)));
};
