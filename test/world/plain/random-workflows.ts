import fc from 'fast-check';
import {
  needsOf,
  type Holds,
  type PlainBody,
  type PlainContainer,
  type PlainHandler,
  type PlainTask,
  type PlainWait,
  type PlainWork,
  type PlainWorkflow,
} from './plain-workflow.js';

/* Random workflows: numbers of which any are right. Edges go from earlier to later tasks only, so there is no cycle. */

interface RawTask {
  readonly needs: readonly number[];
  readonly join: 'all' | number;
  readonly when: Holds;
  readonly handlers: readonly { readonly classes: readonly string[] | undefined; readonly then: number | string }[];
  readonly work: RawWork;
}

interface RawWork {
  readonly is: PlainWork['is'];
  readonly numbers: readonly number[];
  readonly flags: readonly boolean[];
  readonly holds: readonly Holds[];
  readonly bodies: readonly (readonly RawTask[])[];
}

const weighted = <T>(...options: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...options.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const holds = weighted<Holds>([14, true], [3, false], [2, 'input'], [1, 'fails']);

const CLASSES = ['broken', 'odd', 'timeout', 'fatal', 'transient', 'expression_error'];

const handlers = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc.array(
      fc.record({
        classes: fc.option(fc.uniqueArray(fc.constantFrom(...CLASSES), { minLength: 1, maxLength: 3 }), {
          nil: undefined,
        }),
        then: fc.oneof(fc.constantFrom('continue', 'fail'), fc.nat(6)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

const SIMPLE = [
  [8, 'task'],
  [2, 'switch'],
  [2, 'wait'],
] as const;
const CONTAINERS = [
  [2, 'group'],
  [2, 'race'],
  [3, 'try'],
  [3, 'map'],
  [3, 'loop'],
] as const;

export interface Shape {
  /** Tasks of the workflow, and of each body in it. */
  readonly most: number;
  readonly mostInside: number;
  /** Levels of bodies. */
  readonly depth: number;
}

const rawTasks = (depth: number, most: number, mostInside: number): fc.Arbitrary<RawTask[]> => {
  const kind = weighted<PlainWork['is']>(...SIMPLE, ...(depth > 0 ? CONTAINERS : []));
  const bodies = depth > 0 ? fc.array(rawTasks(depth - 1, mostInside, mostInside), { maxLength: 3 }) : fc.constant([]);
  const task = fc.record({
    needs: fc.array(fc.nat(6), { maxLength: 3 }),
    join: weighted<'all' | number>([8, 'all'], [1, 1], [1, 2]),
    when: holds,
    handlers,
    work: fc.record({
      is: kind,
      numbers: fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
      flags: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      holds: fc.array(holds, { minLength: 3, maxLength: 3 }),
      bodies,
    }),
  });
  return fc.array(task, { minLength: 1, maxLength: most });
};

const WAITS: readonly PlainWait[] = [
  ...(['time', 'event', 'event-within', 'approval', 'approval-approves', 'webhook'] as const),
  ...(['workflow', 'workflow-started'] as const),
];

const at = (list: readonly number[], index: number, bound: number): number => (list[index] ?? 0) % bound;

const KEYS = ['a', 'b/c', 'ü"'];

const named = (raw: readonly RawTask[], prefix: string): PlainBody => {
  const ids = raw.map((_, index) => `${prefix}${index}`);
  const tasks = raw.map((task, index): PlainTask => {
    const later = ids.slice(index + 1);
    return {
      id: ids[index] as string,
      needs: [...new Set(index === 0 ? [] : task.needs.map((need) => ids[need % index] as string))],
      join: task.join,
      when: task.when,
      handlers: task.handlers.map(({ classes, then }) => handler(classes, then, later)),
      work: work(task.work, ids[index] as string, later),
    };
  });
  return tasks.map((task) => {
    const isInReach = task.join === 'all' || needsOf(task, tasks).length >= task.join;
    return isInReach ? task : { ...task, join: 'all' };
  });
};

const handler = (
  classes: readonly string[] | undefined,
  then: number | string,
  later: readonly string[],
): PlainHandler => {
  if (typeof then === 'string') return { classes, then: then as 'fail' };
  return { classes, then: later.length === 0 ? 'continue' : { goto: later[then % later.length] as string } };
};

const work = (raw: RawWork, id: string, later: readonly string[]): PlainWork => {
  const { is, numbers, flags } = raw;
  if (is === 'switch' && later.length > 0) {
    const branches = [...Array(1 + at(numbers, 0, 3)).keys()].map((branch) => ({
      goto: later[at(numbers, 1 + branch, later.length)] as string,
      when: raw.holds[branch] ?? true,
    }));
    return { is, branches };
  }
  if (is === 'wait') return { is, wait: WAITS[at(numbers, 0, 10) % WAITS.length] as PlainWait };
  if (is === 'task' || is === 'switch') {
    const [reads = false, undone = false] = flags;
    const retries = at(numbers, 0, 10) > 7 ? at(numbers, 0, 10) - 7 : 0;
    return { is: 'task', reads, undone, readsInput: at(numbers, 1, 10) === 9, retries };
  }
  return container(raw, id);
};

const container = ({ is, numbers, flags, bodies }: RawWork, id: string): PlainContainer => {
  const [first = [PLAIN], second, third] = bodies;
  const body = named(first, `${id}_`);
  const limited = at(numbers, 0, 10) === 9;
  const said = flags[0] ? (body[0] as PlainTask).id : undefined;
  switch (is) {
    case 'race':
      return { is, limited, body };
    case 'try':
      return {
        ...{ is, limited, body },
        catch: second && named(second, `${id}c`),
        finally: third && named(third, `${id}f`),
      };
    case 'map': {
      const over = flags[1] ? at(numbers, 1, 4) : KEYS.slice(0, at(numbers, 1, 4));
      const concurrency = [undefined, undefined, 1, 2][at(numbers, 2, 4)];
      return { is, limited, over, concurrency, tolerate: [0, 0, 1, 2][at(numbers, 3, 4)] as number, body, said };
    }
    case 'loop': {
      const [rounds, most] = [at(numbers, 1, 4), 1 + at(numbers, 2, 4)];
      return { is, limited, test: flags[1] ? 'while' : 'until', rounds, most, body, said };
    }
    default:
      return { is: 'group', limited, body, said };
  }
};

const PLAIN: RawTask = {
  ...{ needs: [], join: 'all', when: true, handlers: [] },
  work: { is: 'task', numbers: [], flags: [], holds: [], bodies: [] },
};

export const NESTED: Shape = { most: 5, mostInside: 3, depth: 2 };
export const SMALL: Shape = { most: 3, mostInside: 2, depth: 2 };
/** Many tasks in one scope. */
export const FLAT: Shape = { most: 12, mostInside: 1, depth: 0 };

export const workflows = ({ most, mostInside, depth }: Shape): fc.Arbitrary<PlainWorkflow> =>
  fc
    .record({ tasks: rawTasks(depth, most, mostInside), failFast: weighted([4, false], [1, true]) })
    .map(({ tasks, failFast }) => ({ body: named(tasks, 't'), failFast }));
