import type { CompiledTask, TaskPath } from '../../../src/engine/core/index.js';
import {
  actionOf,
  commute,
  effectsOf,
  paces,
  type ActionName,
  type Facts,
} from '../../../src/llm/optimizer/ir/index.js';
import { mix } from './mixing.js';

/** `clock`: time that somebody lets pass on purpose. Nobody sees it, but what follows it may be another thing. */
export type Deed = 'read' | 'idempotent' | 'write' | 'clock';

/** What is done where, as far as facts are concerned. */
export interface Doing {
  readonly deed: Deed;
  /** Undefined: nothing is known of it. */
  readonly action: ActionName | undefined;
  /** Where the base has the task. */
  readonly path: TaskPath;
}

/** One attempt, or one answer of the world, as far as the world can tell. */
export interface Effect extends Doing {
  /** What the world sees of it. */
  readonly said: string;
  readonly outcome: string;
  /** Of what was done, how it came out, and all that was done before and matters for it. */
  readonly hash: string;
}

/** In the order in which it happened. */
export type Log = readonly Effect[];

/** What a task does to the world, or the world to it; undefined: nothing that anybody notices. Whoever is asked or waited for may have seen all that was done before. */
export const doingOf = (task: CompiledTask, path: TaskPath, facts: Facts): Doing | undefined => {
  switch (task.work.is) {
    case 'task': {
      const does = effectsOf(task, facts);
      if (paces(task)) return { deed: 'clock', action: actionOf(task), path };
      return does === 'pure' ? undefined : { deed: does, action: actionOf(task), path };
    }
    case 'wait':
      return { deed: 'clock', action: undefined, path };
    case 'event':
    case 'approval':
    case 'webhook':
    case 'workflow':
      return { deed: 'write', action: undefined, path };
    default:
      return undefined;
  }
};

const isAt = (path: TaskPath, at: TaskPath): boolean =>
  path === at || path.startsWith(`${at}/`) || path.startsWith(`${at}!`);

/** Whether nobody can tell which of two was first. */
export const areIndependent = (a: Doing, b: Doing, facts: Facts): boolean => {
  if (a.deed === 'read' && b.deed === 'read') return true;
  if (a.action !== undefined && b.action !== undefined && commute(a.action, b.action, facts)) return true;
  return facts.unordered.some(({ scope, tasks: [one, other] }) => {
    const [here, there] = [`${scope}/${one}`, `${scope}/${other}`];
    return (isAt(a.path, here) && isAt(b.path, there)) || (isAt(a.path, there) && isAt(b.path, here));
  });
};

/** What changed the world before, and matters for what is done now: the same whatever the order of the rest. */
export const pastOf = (log: Log, doing: Doing, facts: Facts): string => {
  const past: string[] = [];
  for (const before of log) {
    if (before.deed !== 'read' && !areIndependent(before, doing, facts)) past.push(before.hash);
  }
  return past.sort().join();
};

/**
 * The log as a trace (Mazurkiewicz, 1977): two logs with the same hashes differ at most in the order of what is
 * independent, since the hash of each effect holds all that was before it and is not. It serves as a normal form
 * that need not be worked out anew with each effect.
 */
export const traceOf = (log: Log): readonly string[] =>
  log.flatMap(({ deed, hash }) => (deed === 'clock' ? [] : [hash])).sort();

/** The trace as it bears on what comes: with the time that has passed, and with places when facts speak of them. */
export const bearingOf = (log: Log, facts: Facts): string =>
  log
    .map(({ hash, path }) => (facts.unordered.length > 0 ? hash + path : hash))
    .sort()
    .join();

export const hashOf = (seed: number, parts: readonly string[]): string => mix(parts.join('\n'), seed).toString(36);
