import type { CompiledTask, CompiledWorkflow, Effects, Forecast } from '../../../engine/core/index.js';
import type { Whereabouts } from '../../ports/index.js';
import { actionOf, type Facts } from '../../optimizer/ir/index.js';
import { tasksOf, type IndexedTask } from '../task-index.js';
import { hostsOf, type TouchedHost } from './hosts.js';
import { secretsIn } from './secrets.js';

export type Chance = 'certain' | 'possible' | 'impossible';

const chanceOf = ({ min, max }: Forecast): Chance => (max === 0 ? 'impossible' : min > 0 ? 'certain' : 'possible');

/** A task that may run. */
export interface Planned {
  readonly indexed: IndexedTask;
  readonly forecast: Forecast;
  readonly chance: Chance;
  readonly hosts: readonly TouchedHost[];
  readonly redirects: boolean;
}

/** The tasks of a workflow with what is foreseen of them, in definition order. */
export const plannedTasks = (
  compiled: CompiledWorkflow,
  forecasts: readonly Forecast[],
  whereabouts: Whereabouts,
): Planned[] => {
  const tasks = tasksOf(compiled);
  return forecasts.flatMap((forecast): Planned[] => {
    const indexed = tasks.get(forecast.pattern);
    if (!indexed) return [];
    return [{ indexed, forecast, chance: chanceOf(forecast), ...hostsOf(indexed, forecast, whereabouts) }];
  });
};

/** A host, by the tasks that may reach it. */
export type HostTouched = {
  readonly host: string;
  readonly from: TouchedHost['from'];
  readonly chance: Chance;
  readonly tasks: readonly string[];
};

/** A credential or a secret, by name only. */
export type NameUsed = { readonly name: string; readonly tasks: readonly string[] };

/** What tasks that may run touch outside. Tasks are named by pattern. */
export type Touches = {
  readonly hosts: readonly HostTouched[];
  /** Tasks that a redirect may lead to other hosts. */
  readonly redirects: readonly string[];
  readonly credentials: readonly NameUsed[];
  readonly secrets: readonly NameUsed[];
  readonly effects: Readonly<Record<Effects, readonly string[]>> & {
    /** What changes something, and nothing in the workflow undoes. */
    readonly irreversible: readonly string[];
  };
};

/** `facts`: what is known of actions beyond what their types say. */
export const touchesOf = (open: readonly Planned[], facts: Facts): Touches => ({
  hosts: hostsTouched(open),
  redirects: open.filter(({ redirects }) => redirects).map(({ indexed }) => indexed.pattern),
  ...namesUsed(open),
  effects: effectsIn(open, facts),
});

const hostsTouched = (open: readonly Planned[]): HostTouched[] => {
  const found = new Map<string, { host: string; from: TouchedHost['from']; chance: Chance; tasks: string[] }>();
  for (const { indexed, hosts, chance } of open) {
    for (const { host, from } of hosts) {
      const known = found.get(`${from} ${host}`) ?? { host, from, chance, tasks: [] };
      if (chance === 'certain') known.chance = chance;
      if (!known.tasks.includes(indexed.pattern)) known.tasks.push(indexed.pattern);
      found.set(`${from} ${host}`, known);
    }
  }
  return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
};

const namesUsed = (open: readonly Planned[]): Pick<Touches, 'credentials' | 'secrets'> => {
  const credentials = new Map<string, string[]>();
  const secrets = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, name: string, task: string): void =>
    void to.set(name, [...(to.get(name) ?? []), task]);
  for (const { indexed } of open) {
    const { work } = indexed.task;
    if (work.is !== 'task') continue;
    for (const name of new Set(Object.values(work.credentials ?? {}))) add(credentials, name, indexed.pattern);
    for (const name of secretsIn(work.input)) add(secrets, name, indexed.pattern);
  }
  const words = (of: Map<string, string[]>): NameUsed[] => [...of].sort().map(([name, tasks]) => ({ name, tasks }));
  return { credentials: words(credentials), secrets: words(secrets) };
};

/** What a task does to the world: as it says itself, as somebody stated of its action, as its type says. */
export const knownEffects = (task: CompiledTask, { effects }: Facts): Effects => {
  const action = task.ownEffects ? undefined : actionOf(task);
  return (action !== undefined && Object.hasOwn(effects, action) && effects[action]) || task.effects;
};

const effectsIn = (open: readonly Planned[], facts: Facts): Touches['effects'] => {
  const tasks = open.filter(({ indexed }) => indexed.task.work.is === 'task');
  const of = (effects: Effects): string[] =>
    tasks.filter(({ indexed }) => knownEffects(indexed.task, facts) === effects).map(({ indexed }) => indexed.pattern);
  const changes = tasks.filter(({ indexed }) => ['idempotent', 'write'].includes(knownEffects(indexed.task, facts)));
  return {
    ...{ pure: of('pure'), read: of('read'), idempotent: of('idempotent'), write: of('write') },
    irreversible: changes
      .filter(({ indexed }) => !indexed.task.compensate && !indexed.pattern.endsWith('!compensate'))
      .map(({ indexed }) => indexed.pattern),
  };
};
