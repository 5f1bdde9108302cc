import type { EmbeddedEngineOptions } from '../../engine/embedded/index.js';
import { definePlugin, defineTask } from '../../plugin/contract/index.js';
import { PluginRegistry } from '../../plugin/host/index.js';
import { Chance } from '../../kernel/index.js';
import { explore, type Explored } from '../explore.js';
import { familyFrom, simulationSchemas } from '../ground.js';
import { RANDOM_INPUT, RANDOM_TASK_TYPE, randomWorkflow } from './random-workflow.js';
import type { OpenableEngine } from '../world/simulated-world.js';

/** What is explored of one random workflow. */
export interface RandomExploration {
  /** Of the workflow; its schedules have seeds of their own. */
  readonly seed: number;
  readonly schedules: number;
  /** Default: the embedded engine. */
  readonly engine?: (options: EmbeddedEngineOptions) => OpenableEngine;
}

const [PLUGIN = '', TASK = ''] = RANDOM_TASK_TYPE.split('/');

const createRegistry = (): PluginRegistry => {
  const registry = new PluginRegistry();
  const task = defineTask({ id: TASK, description: 'Gives its input.', run: (input) => input });
  registry.add(definePlugin({ id: PLUGIN, tasks: [task] }));
  return registry;
};

const registry = createRegistry();

/** Tests the engine: a random workflow, with random faults, in a world with random limits. The seed decides all of it. */
export const exploreRandomWorkflow = async ({ seed, schedules, engine }: RandomExploration): Promise<Explored> => {
  const { document, workflows, next, results, compares } = randomWorkflow(seed);
  const { workflow, ...family } = familyFrom({ document, workflows, next }, registry);
  const chance = new Chance(seed, 'surroundings');
  const ground = {
    registry,
    schemas: simulationSchemas,
    results,
    ...family,
    executions: chance.pick([1, 1, 1, 1, 2, 3]),
    slots: chance.pick([1, 2, 100]),
    commitMillis: chance.pick([0, 0, 500]),
    engine,
  };
  const first = { workflow, input: RANDOM_INPUT, seed: seed * 1000 };
  return explore({ first, schedules, plan: 'random', compares }, ground);
};
