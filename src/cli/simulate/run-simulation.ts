import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, readEnvironment } from '../../config/index.js';
import { readPlugins } from '../../harmonia.js';
import type { Json } from '../../kernel/index.js';
import {
  replayRegression,
  simulate,
  sweepFaults,
  type Counterexample,
  type FaultPlan,
  type PluginSource,
  type SimulationOptions,
  type TaskResults,
} from '../../simulation/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readDocument, readInput } from '../read-document.js';
import { counterexampleText, replayText, simulationText, sweepText } from './simulation-text.js';
import type { Terminal } from '../terminal.js';

export interface SimulateOptions {
  readonly seed?: number;
  readonly schedules?: number;
  readonly faults?: string;
  readonly input?: string;
  readonly results?: string;
  readonly save?: string;
  readonly sweep?: boolean;
  readonly replay?: string;
  readonly json?: boolean;
}

/** Simulates a workflow, sweeps faults over it, or runs a kept schedule again, with the plugins that the service would have. */
export const runSimulation = async (
  file: string | undefined,
  options: SimulateOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { registry, close } = await readPlugins(readConfig(readEnvironment(process.cwd(), process.env)));
  const registered = registry.all();
  const plugins = registered.filter(({ origin }) => origin !== 'built-in').map(({ plugin }) => plugin);
  const pluginConfig = Object.fromEntries(registered.map(({ plugin, config }) => [plugin.id, config]));
  try {
    return await runWith({ plugins, pluginConfig }, { file, options, terminal });
  } finally {
    await close();
  }
};

interface Asked {
  readonly file: string | undefined;
  readonly options: SimulateOptions;
  readonly terminal: Terminal;
}

const runWith = async (pluginSource: PluginSource, { file, options, terminal }: Asked): Promise<ExitCode> => {
  if (options.replay !== undefined) return replayFile(options.replay, pluginSource, { options, terminal });
  if (file === undefined)
    throw new CommandError('There is no workflow to simulate', 'Name a file: harmonia simulate examples/first.yaml');
  const source = await readDocument(file);
  const given: SimulationOptions = {
    ...pluginSource,
    input: (await readInput(options.input)) as Json,
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.results !== undefined && { results: (await readDocument(options.results)) as TaskResults }),
  };
  if (options.sweep) return sweepFile(file, { source, given, options, terminal });
  const { faults, schedules } = options;
  const plan = faults === undefined || faults === 'random' ? faults : ((await readDocument(faults)) as FaultPlan);
  const simulated = await simulate(source, {
    ...given,
    ...(schedules !== undefined && { schedules }),
    ...(plan !== undefined && { faults: plan }),
  });
  const { counterexample } = simulated;
  terminal.out(options.json ? json(simulated) : simulationText(file, simulated));
  if (!counterexample) return EXIT.completed;
  const saved = options.save === undefined ? undefined : await keep(options.save, counterexample);
  if (!options.json) terminal.out(counterexampleText(counterexample, saved));
  return EXIT.failed;
};

interface SweepParts {
  readonly source: unknown;
  readonly given: SimulationOptions;
  readonly options: SimulateOptions;
  readonly terminal: Terminal;
}

const sweepFile = async (file: string, { source, given, options, terminal }: SweepParts): Promise<ExitCode> => {
  const swept = await sweepFaults(source, given);
  terminal.out(options.json ? json(swept) : sweepText(file, swept));
  const cells = swept.rows.flatMap(({ faults }) => Object.values(faults));
  return [swept.undisturbed, ...cells].some(({ violation }) => violation) ? EXIT.failed : EXIT.completed;
};

const replayFile = async (
  file: string,
  pluginSource: PluginSource,
  { options: { json: asJson }, terminal }: Omit<Asked, 'file'>,
): Promise<ExitCode> => {
  const replayed = await replayRegression(await readDocument(file), pluginSource);
  terminal.out(asJson ? json(replayed) : replayText(file, replayed));
  return replayed.violations.length === 0 ? EXIT.completed : EXIT.failed;
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const keep = async (directory: string, { invariant, seed: found, minimal }: Counterexample): Promise<string> => {
  await mkdir(directory, { recursive: true });
  const path = join(
    directory,
    `${minimal.document.name as string}-${invariant}-${found}.json`.replace(/[^\w.-]+/g, '_'),
  );
  await writeFile(path, json(minimal));
  return path;
};
