import type { Json } from '../../../src/kernel/index.js';
import type { Policy } from '../../../src/llm/optimizer/ir/index.js';
import type { Chance } from '../../../src/kernel/chance.js';
import { tasksOf, type Fields, type Placed } from './document.js';
import { BOTH, isPlugin, SAME, someTask, type Claimed, type Mutate } from './mutation.js';

const put = (task: Fields, field: string, value: Json | undefined): void => {
  if (value === undefined) delete task[field];
  else task[field] = value;
};

const CONDITIONS: readonly (Json | undefined)[] = [
  undefined,
  undefined,
  true,
  false,
  '${input.flag}',
  '${input.n > 0}',
];

export const changeWhen: Mutate = (draft) => {
  const { document, chance } = draft;
  const found = someTask(draft);
  if (!found) return undefined;
  const others = tasksOf(document).flatMap(({ task }) => task.when ?? []);
  put(found.task, 'when', chance.pick([...CONDITIONS, ...others]));
  return { levels: BOTH };
};

/** A condition that always holds says nothing. */
export const sayWhenAnotherWay: Mutate = (draft) => {
  const found = someTask(draft, ({ task }) => task.when === undefined || typeof task.when === 'string');
  if (!found) return undefined;
  const { when } = found.task;
  found.task.when = typeof when === 'string' ? when.replace(/^\$\{(.*)\}$/, '${($1) && true}') : true;
  return { levels: SAME };
};

export const changeEffects: Mutate = (draft) => {
  const found = someTask(draft, isPlugin);
  if (!found) return undefined;
  put(found.task, 'effects', draft.chance.pick([undefined, 'pure', 'read', 'idempotent', 'write']));
  return { levels: SAME };
};

export const changeOnError: Mutate = (draft) => {
  const { chance } = draft;
  const found = someTask(draft, ({ task }) => !task.switch);
  if (!found) return undefined;
  const siblings = Object.keys(found.place.tasks).filter((id) => id !== found.id);
  const goto = siblings.length > 0 ? { goto: chance.pick(siblings) } : 'fail';
  put(found.task, 'on_error', chance.pick<Json | undefined>([undefined, 'continue', 'fail', goto]));
  return { levels: BOTH };
};

export const changeJoin: Mutate = (draft) => {
  const found = someTask(draft);
  if (!found) return undefined;
  put(found.task, 'join', draft.chance.pick<Json | undefined>([undefined, 'all', 'any', 1]));
  return { levels: BOTH };
};

export const changeSet: Mutate = (draft) => {
  const found = someTask(draft, ({ task }) => task.set !== undefined || draft.document.state !== undefined);
  if (!found) return undefined;
  put(found.task, 'set', draft.chance.pick<Json | undefined>([undefined, { x: 5 }]));
  return { levels: BOTH };
};

export const changeCompensation: Mutate = (draft) => {
  const found = someTask(draft, isPlugin);
  if (!found) return undefined;
  put(found.task, 'compensate', found.task.compensate ? undefined : { type: 't/send', input: {} });
  return { levels: SAME };
};

export const changeOutput: Mutate = ({ document, chance }) => {
  const task = chance.pick(Object.keys(document.tasks));
  put(document, 'output', chance.pick<Json | undefined>([undefined, { r0: `\${tasks.${task}.status}` }]));
  return { levels: BOTH };
};

export const changeSwitch: Mutate = (draft) => {
  const found = someTask(draft, ({ task }) => Array.isArray(task.switch));
  if (!found) return undefined;
  (found.task.switch as Json[]).reverse();
  return { levels: BOTH };
};

/** How a map, a loop or a whole workflow goes about it. */
export const changeConstruct: Mutate = (draft) => {
  const { chance, document } = draft;
  const found = someTask(draft, ({ task }) => Boolean(task.map ?? task.loop));
  if (!found) {
    put(document, 'fail_fast', chance.pick<Json | undefined>([undefined, true]));
    return { levels: SAME };
  }
  if (found.task.map) {
    const map = found.task.map as Fields;
    if (chance.happens(0.5)) put(map, 'tolerate', chance.below(3));
    else put(map, 'concurrency', chance.pick([undefined, 1]));
    return { levels: ['identical', 'policy-change'], policies: { [found.path]: ['concurrency'] } };
  }
  (found.task.loop as Fields).max_iterations = 1 + chance.below(4);
  return { levels: SAME };
};

/** A loop that goes on for as long as there are numbers does what a map over them does. */
export const loopToMap: Mutate = (draft) => {
  const found = someTask(draft, ({ task }) => typeof task.loop === 'object');
  if (!found) return undefined;
  const rounds = Number(/< (\d+)/.exec(String((found.task.loop as Fields).while))?.[1] ?? 2);
  delete found.task.loop;
  found.task.map = { over: Array.from({ length: rounds }, (_, index) => index) };
  return { levels: BOTH };
};

interface PolicyChange {
  readonly policy: Policy;
  readonly change: (task: Fields, chance: Chance) => void;
}

const POLICIES: readonly PolicyChange[] = [
  { policy: 'priority', change: (task, chance) => put(task, 'priority', chance.below(9)) },
  { policy: 'timeout', change: (task, chance) => put(task, 'timeout', chance.pick([undefined, 10, 30])) },
  {
    policy: 'retry_policy',
    change: (task, chance) =>
      put(
        task,
        'retry_policy',
        chance.pick([undefined, { max_retries: chance.below(3), initial_delay: 0, jitter: 0 }]),
      ),
  },
  { policy: 'cache', change: (task, chance) => put(task, 'cache', chance.pick([undefined, { ttl: 60 }])) },
  {
    policy: 'concurrency',
    change: (task, chance) => put(task, 'concurrency_key', chance.pick([undefined, 'k', 'other'])),
  },
];

/** What is said of policies: right, of another policy, or nothing. */
const claimOf = ({ path }: Placed, policy: Policy, chance: Chance): Claimed => {
  const said = chance.happens(0.8) ? policy : chance.pick(POLICIES).policy;
  return { levels: ['policy-change', 'identical', 'success-equivalent'], policies: { [path]: [said] } };
};

export const changePolicy: Mutate = (draft) => {
  const { chance } = draft;
  const found = someTask(draft, isPlugin);
  if (!found) return undefined;
  const { policy, change } = chance.pick(POLICIES);
  change(found.task, chance);
  return claimOf(found, policy, chance);
};

export const changePriority: Mutate = (draft) => {
  const found = someTask(draft, isPlugin);
  if (!found) return undefined;
  found.task.priority = draft.chance.below(9);
  return { levels: ['identical', 'policy-change'], policies: { [found.path]: ['priority'] } };
};

/** A policy and something else, under the name of the policy. */
export const smuggle: Mutate = (draft) => {
  const claim = changePolicy(draft);
  const other = claim && draft.chance.pick([changeWhen, changeEffects, changeOnError])(draft);
  return other && { ...claim, levels: ['policy-change'] };
};
