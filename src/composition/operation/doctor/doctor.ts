import { readConfig, type Config, type Environment } from '../../../config/index.js';
import { HarmoniaError } from '../../../kernel/index.js';
import { isAtWork } from '../../../persistence/index.js';
import { checkClock, checkDatabase, checkDirectory, checkDurability, checkKey, checkSpace } from './data-checks.js';
import { failed, messageOf, ok, type Finding } from './finding.js';
import { checkLimits, checkNode, checkPreload } from './machine-checks.js';
import { checkHermes, checkLlm, checkPort, checkTraces, lookAtPort } from './neighbour-checks.js';
import { checkPlugins } from './plugin-check.js';

/** All that was looked at. */
export interface Examination {
  /** The worst of the findings. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly findings: readonly Finding[];
}

const examinationOf = (findings: readonly Finding[]): Examination => {
  const has = (state: Finding['state']): boolean => findings.some((finding) => finding.state === state);
  return { state: has('failed') ? 'failed' : has('warning') ? 'warning' : 'ok', findings };
};

/** What goes wrong in looking is a finding, too. */
const safely = async (check: string, look: () => Finding | Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    return failed(check, { reason: messageOf(error), cure: 'Mend what the reason names, and ask again.' });
  }
};

/**
 * Looks at everything that the service stands on, whether it runs or not. Changes nothing: what is written to try the disk
 * is removed.
 */
export const examine = async (environment: Environment, dataDirectory: string | undefined): Promise<Examination> => {
  const machine = [checkNode(), checkLimits()];
  let config: Config;
  try {
    const read = readConfig(environment);
    config = dataDirectory === undefined ? read : { ...read, dataDirectory };
  } catch (error) {
    const cure = error instanceof HarmoniaError ? error.cure : 'docs/configuration.md lists the settings.';
    return examinationOf([...machine, failed('configuration', { reason: messageOf(error), cure })]);
  }
  return examinationOf([
    ...machine,
    ok('configuration', 'every setting is understood'),
    ...(await surroundings(config)),
  ]);
};

const surroundings = async (config: Config): Promise<readonly Finding[]> => {
  const [atPort, hermes, llm, traces] = await Promise.all([
    lookAtPort(config),
    checkHermes(config),
    checkLlm(config),
    checkTraces(config),
  ]);
  const neighbours = [hermes, ...llm, traces];
  const dates = neighbours.flatMap(({ date }) => date ?? []);
  const data = [
    await safely('data directory', () => checkDirectory(config)),
    await safely('durability', () => checkPreload(config.environment) ?? checkDurability(config)),
    await safely('space', () => checkSpace(config)),
    await safely('database', () => checkDatabase(config)),
    await safely('key file', () => checkKey(config)),
    await safely('clock', () => checkClock(config, dates)),
    await safely('port', () => checkPort(config, atPort, isAtWork(config.dataDirectory))),
    await safely('plugins', () => checkPlugins(config)),
  ];
  return [...data, ...neighbours.map(({ finding }) => finding)];
};
