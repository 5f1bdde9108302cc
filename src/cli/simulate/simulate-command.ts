import { InvalidArgumentError, type Command } from 'commander';
import type { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';
import type { SimulateOptions } from './run-simulation.js';

const seed = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
};

const count = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

/** Adds `harmonia simulate`. */
export const addSimulateCommand = (root: Command, terminal: Terminal, done: (code: ExitCode) => void): void => {
  root
    .command('simulate')
    .argument('[file]', 'workflow, JSON or YAML; - is standard input')
    .description(
      'Run a workflow through the real engine in virtual time, in many orders and with planned faults, and check that ' +
        'everything holds. Exit 0 it does, 1 something does not or an execution ended as the plan forbids, 2 invalid.',
    )
    .option('--seed <n>', 'schedule n runs with seed + n (default 1)', seed)
    .option('--schedules <n>', 'how many (default 100)', count)
    .option('--faults <plan|random>', 'JSON or YAML file with what goes wrong; random: a few faults in each schedule')
    .option('--input <json|@file>', 'input of the workflow, {} when absent')
    .option('--results <file>', 'what tasks give: a script, or the journal of an execution')
    .option('--sweep', 'try each kind of fault on each step, one at a time')
    .option('--save <dir>', 'keep the smallest failing schedule there')
    .option('--replay <file>', 'run a failing schedule again that --save has kept')
    .option('--json', 'print one object')
    .addHelpText('after', '\nExample:\n  harmonia simulate examples/nightly-report.yaml --faults random')
    .action(async (file: string | undefined, options: SimulateOptions) => {
      const { runSimulation } = await import('./run-simulation.js');
      done(await runSimulation(file, options, terminal));
    });
};
