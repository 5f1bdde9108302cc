import {
  ANY_VARIABLE,
  resourcesOf,
  variablesRead,
  variablesSet,
  type PlacedScope,
  type PlacedTask,
  type Resource,
} from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Finding, Study } from './study.js';

/**
 * Tasks that nothing orders although one writes what the other reads or writes: the same thing outside, or a variable.
 * The one that writes is to come first; of two that write, the one that is written down first. One finding for each pair:
 * a person has to say whether that is what was meant.
 */
export const addMissingOrder = (study: Study): Finding[] =>
  study.places.scopes.flatMap((home) =>
    unorderedPairs(home, study).map(([first, second]): Finding => {
      const op: RewriteOp = { op: 'add_edge', task: second.path, needs: first.task.id };
      const wasLeaf = !home.scope.output && home.scope.leaves.includes(first.task);
      const output: RewriteOp[] = wasLeaf ? [{ op: 'spell_out_output', scope: home.path }] : [];
      return { kind: 'add_missing_order', ops: [op, ...output] };
    }),
  );

/** Of a sibling and all that it holds. */
interface Touched {
  readonly placed: PlacedTask;
  readonly resources: readonly Resource[];
}

const unorderedPairs = (home: PlacedScope, study: Study): (readonly [PlacedTask, PlacedTask])[] => {
  if (home.container?.task.work.is === 'race') return [];
  const touched = home.tasks.map((placed) => touchedBy(placed, study));
  const all = new Set(touched.flatMap(({ resources }) => resources.map(({ name }) => name)));
  const named = new Map<string, Touched[]>();
  for (const one of touched) for (const name of namesOf(one, all)) named.set(name, [...(named.get(name) ?? []), one]);
  const pairs = new Map<string, readonly [PlacedTask, PlacedTask]>();
  for (const [name, those] of named)
    for (const [at, one] of those.entries())
      for (const other of those.slice(at + 1)) {
        const pair = missing(name, [one, other], study);
        if (pair) pairs.set(`${pair[0].path} ${pair[1].path}`, pair);
      }
  return [...pairs.values()];
};

const variable = (name: string): string => `variable ${name}`;
const ANY = variable(ANY_VARIABLE);
const isVariable = (name: string): boolean => name.startsWith(variable(''));

/** Who touches some variable touches each. */
const namesOf = ({ resources }: Touched, all: ReadonlySet<string>): Set<string> => {
  const names = new Set(resources.map(({ name }) => name));
  return names.has(ANY) ? new Set([...names, ...[...all].filter(isVariable)]) : names;
};

const missing = (
  name: string,
  [one, other]: readonly [Touched, Touched],
  { order }: Study,
): readonly [PlacedTask, PlacedTask] | undefined => {
  const [a, b] = [one.placed, other.placed];
  if (order.has(a.index, b.index) || order.has(b.index, a.index)) return undefined;
  const [writes, writesToo] = [writesTo(name, one), writesTo(name, other)];
  if (!writes && !writesToo) return undefined;
  return writesToo && !writes ? [b, a] : [a, b];
};

const writesTo = (name: string, { resources }: Touched): boolean =>
  resources.some(
    (resource) =>
      (resource.name === name || (resource.name === ANY && isVariable(name))) && resource.access === 'write',
  );

const touchedBy = (placed: PlacedTask, { places, catalogue }: Study): Touched => {
  const inner = places.tasks.slice(placed.index, placed.end);
  return {
    placed,
    resources: [
      ...(catalogue ? inner.flatMap((one) => resourcesOf(one, catalogue)) : []),
      ...inner.flatMap(({ task }) => [
        ...variablesSet(task).map((name) => ({ name: variable(name), access: 'write' }) as const),
        ...[...variablesRead(task)].map((name) => ({ name: variable(name), access: 'read' }) as const),
      ]),
    ],
  };
};
