// Runs the fake service of a plugin and certifies its tasks. node certifier-process.js PACKAGE PATIENCE_MS
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createSchemaChecker } from '../../json-schema/index.js';
import { loadPlugin } from '../host/load-plugin.js';
import { readPluginPackage, Unusable } from '../host/plugin-package.js';
import { AttemptProcesses } from './attempt-processes.js';
import { Certification, mustBeService, readCrashTest } from './certification.js';
import type { CrashTest } from './crash-test.js';
import type { CertificationReport, CertifierMessage } from './messages.js';
import { offerDoors } from './offer-doors.js';
import { CannotCertify, within } from './patience.js';

/** ms between two signs of life. */
const PULSE = 300;
/** ms that a service may take to close its door. */
const CLOSING = 1000;

const say = (message: CertifierMessage): void => void process.send?.(message);

const openDoors = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap' || kind === 'PipeServerWrap').length;

const stopped = async (service: { stop(): void | Promise<void> }, patience: number): Promise<void> => {
  await within('`stop` of the fake service', patience, () => service.stop());
  for (let waited = 0; openDoors() > 0; waited += 20) {
    if (waited > CLOSING) throw new CannotCertify('`stop` of the fake service leaves a server open');
    await sleep(20);
  }
};

const readTest = async (directory: string, patience: number): Promise<unknown> => {
  const file = join(directory, 'crash.js');
  if (!existsSync(file))
    throw new CannotCertify(
      'there is no crash.js in the package: it says what its fake service is, and which cases there are',
    );
  offerDoors();
  const module = await within(
    'crash.js',
    patience,
    () => import(pathToFileURL(file).href) as Promise<{ default?: unknown }>,
  );
  return module.default;
};

const certify = async (directory: string, patience: number): Promise<CertificationReport> => {
  const plugin = await loadPlugin(await readPluginPackage(directory), patience);
  const test = readCrashTest(await readTest(directory, patience), plugin);
  if (Array.isArray(test)) return { problems: test as readonly string[], tasks: [] };
  const made = await within('`service` of crash.js', patience, () => (test as CrashTest).service());
  const service = mustBeService(made);
  const processes = new AttemptProcesses(directory, patience);
  process.once('disconnect', () => {
    processes.close();
    process.exit(1);
  });
  try {
    const certification = new Certification({
      plugin,
      test: test as CrashTest,
      service,
      processes,
      schemas: createSchemaChecker(),
      patience,
      progress: (task, done, of) => say({ is: 'progress', task, done, of }),
    });
    const tasks = await certification.run();
    await stopped(service, patience);
    return { problems: [], tasks };
  } finally {
    processes.close();
  }
};

const problemsOf = (error: unknown): readonly string[] => {
  if (error instanceof Unusable) return error.reasons;
  return [
    error instanceof CannotCertify ? error.message : `crash.js threw: ${(error as Error).stack ?? String(error)}`,
  ];
};

const report = (given: CertificationReport): void => say({ is: 'report', report: given });
const failed = (error: unknown): void => report({ problems: problemsOf(error), tasks: [] });

process.on('uncaughtException', failed).on('unhandledRejection', failed);
setInterval(() => say({ is: 'alive' }), PULSE);
const [, , directory = '', patience = '30000'] = process.argv;
await certify(directory, Number(patience)).then(report, failed);
