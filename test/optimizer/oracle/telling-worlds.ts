import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import { effectsOf, paces, placesOf, type Facts, type PlacedTask } from '../../../src/llm/optimizer/ir/index.js';
import { mix } from './mixing.js';
import { calm, random, silent, slow, troubled, warm, type World } from './world.js';

const WAITS: ReadonlySet<string> = new Set(['event', 'approval', 'webhook']);

const troublesOf = (placed: readonly PlacedTask[], seed: number, facts: Facts): World[] => {
  const worlds: World[] = [];
  const pure = new Set<string>();
  const fails = (task: CompiledTask, path: string): void => {
    const { work } = task;
    if (work.is !== 'task' && work.is !== 'workflow') return;
    const isPure = work.is === 'task' && (paces(task) || effectsOf(task, facts) === 'pure');
    if (isPure && pure.has(work.type)) return;
    if (isPure) pure.add(work.type);
    const at = isPure ? { pure: work.type } : { path };
    worlds.push(troubled(seed, at));
    if (task.retry) worlds.push(troubled(seed + 1, at, true));
  };
  for (const { task, path } of placed) {
    fails(task, path);
    if (task.compensate) fails(task.compensate, `${path}!compensate`);
  }
  return worlds;
};

/**
 * A few worlds that tell versions of a workflow apart: in which nothing fails, with different data; in which one thing
 * fails; in which things fail by chance; in which whatever may be late, unanswered or known before is.
 */
export const tellingWorlds = (base: CompiledWorkflow, facts: Facts, seed: number): readonly World[] => {
  const { tasks: placed } = placesOf(base);
  const some = (is: (task: CompiledTask) => boolean): boolean => placed.some(({ task }) => is(task));
  const of = (name: string): number => mix(name, seed) % 1_000_000;
  return [
    calm(of('first')),
    calm(of('second')),
    ...troublesOf(placed, of('troubled'), facts),
    random(of('chance')),
    random(of('another chance')),
    ...(base.timeout !== undefined || some(({ timeout }) => timeout !== undefined) ? [slow(of('slow'))] : []),
    ...(some(({ work }) => WAITS.has(work.is)) ? [silent(of('silent'))] : []),
    ...(some(({ cache }) => cache !== undefined) ? [warm(of('warm'))] : []),
  ];
};
