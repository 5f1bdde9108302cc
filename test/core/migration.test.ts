import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  classify,
  diffDefinitions,
  findStep,
  isAmong,
  isTerminalRun,
  isTerminalStep,
  replay,
  snapshot,
  stepStatus,
  allSteps,
  type CompiledWorkflow,
  type RunState,
  type Step,
  type StepState,
} from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, mustCompile, task } from '../world/core-world.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = LONG ? 10_000 : 500;

type Tasks = Record<string, unknown>;
const workflow = (tasks: Tasks, more: Record<string, unknown> = {}): CompiledWorkflow =>
  mustCompile({ name: 'w', tasks, ...more });

const pinned = (definition: string) => ({ id: 'w', name: 'w', version: definition, definition });

/** An execution that can be migrated between two definitions, and whose journal replays at every step. */
class Migrating {
  readonly run: CoreWorld;
  private readonly definitions: ReadonlyMap<string, CompiledWorkflow>;

  constructor(
    readonly from: CompiledWorkflow,
    readonly to: CompiledWorkflow,
    input: Json = {},
  ) {
    this.run = new CoreWorld(undefined, input, { compiled: from });
    this.definitions = new Map([
      ['d', from],
      ['e', to],
    ]);
  }

  get state(): RunState {
    return this.run.state;
  }

  classified() {
    return classify(this.state, diffDefinitions(this.from, this.to));
  }

  /** `back`: to the definition that it began with. */
  migrate(back = false): string {
    const [from, to] = back ? ['e', 'd'] : ['d', 'e'];
    const compiled = (hash: string) => this.definitions.get(hash) as CompiledWorkflow;
    const diff = diffDefinitions(compiled(from), compiled(to));
    const answer = this.run.send({ is: 'migrate', from: from, to: pinned(to), diff });
    this.foldsUp();
    return answer;
  }

  foldsUp(): void {
    expect(snapshot(replay(this.definitions, this.run.events))).toEqual(snapshot(this.state));
  }

  /** The same execution at the same place, in a world of its own. */
  copy(): Migrating {
    const other = new Migrating(this.from, this.to, this.state.input);
    other.run.events.splice(0, other.run.events.length, ...this.run.events);
    other.run.now = this.run.now;
    other.run.state = replay(this.definitions, this.run.events);
    return other;
  }
}

const reasons = (world: Migrating): string[] => {
  const found = world.classified();
  return found.is === 'must_finish' ? found.obstacles.map(({ step, reason }) => `${step}: ${reason}`) : [found.is];
};

const outcome = ({ run }: Migrating): Json => {
  const { status } = run.state;
  return status.is === 'completed' ? status.output : status.is;
};

describe('what is different', () => {
  const changes = (from: CompiledWorkflow, to: CompiledWorkflow): string[] =>
    diffDefinitions(from, to).changes.map((change) =>
      change.is === 'changed' ? `${change.path} ${change.what.join(' ')}` : `${change.path} ${change.is}`,
    );

  test('names, descriptions, the order of keys and tasks, and how expressions are spaced mean nothing', () => {
    const from = workflow(
      {
        a: task({ input: { x: 1, y: '${input.n+1}' }, name: 'first' }),
        b: task({ depends_on: ['a'], when: '${ input.n > 1 }' }),
        g: { tasks: { x: task(), y: task() } },
      },
      { input_schema: { properties: { n: {}, m: {} } } },
    );
    const to = workflow(
      {
        g: { tasks: { y: task(), x: task() }, name: 'group' },
        b: task({ when: '${(input.n>1)}', depends_on: ['a'], description: 'second' }),
        a: task({ input: { y: '${ input.n + 1 }', x: 1 } }),
      },
      {
        ...{ description: 'the same', metadata: { by: 'me' }, version: '2.0.0' },
        input_schema: { properties: { m: {}, n: {} } },
      },
    );
    expect(changes(from, to)).toEqual([]);
  });

  const base: Tasks = {
    a: task(),
    b: task({ depends_on: ['a'] }),
    g: { tasks: { x: task(), y: task({ depends_on: ['x'] }) } },
    t: { try: { q: task() }, catch: { r: task() } },
    m: { map: { over: [1, 2] }, tasks: { z: task() } },
  };
  test.each<[string, Tasks, string[]]>([
    ['input', { a: task({ input: { n: 1 } }) }, ['/a input']],
    ['a text is no number', { a: task({ input: { n: '1' } }) }, ['/a input']],
    ['condition', { a: task({ when: '${input.x}' }) }, ['/a condition']],
    ['edges', { b: task() }, ['/ output', '/b edges']],
    ['join', { b: task({ depends_on: ['a'], join: 'any' }) }, ['/b edges']],
    ['policy', { a: task({ retry_policy: { max_retries: 1 } }) }, ['/a policy']],
    ['priority', { a: task({ priority: 1 }) }, ['/a policy']],
    ['failure', { a: task({ on_error: 'continue' }) }, ['/a on_error']],
    ['undoing', { a: task({ compensate: task() }) }, ['/a compensate']],
    ['type', { a: { type: 'core/noop' } }, ['/a work policy']],
    ['a task that comes', { c: task({ depends_on: ['b'] }) }, ['/ output', '/c added']],
    [
      'a task in a group',
      { g: { tasks: { x: task(), y: task({ depends_on: ['x'] }), z: task() } } },
      ['/g output', '/g/z added'],
    ],
    ['a task in a catch', { t: { try: { q: task() }, catch: { r: task({ input: { n: 1 } }) } } }, ['/t/catch/r input']],
    ['an output', { g: { ...(base.g as object), output: { n: 1 } } }, ['/g output']],
    ['what a map goes over', { m: { map: { over: [1] }, tasks: { z: task() } } }, ['/m work']],
    ['a finally', { t: { try: { q: task() }, catch: { r: task() }, finally: { s: task() } } }, ['/t work']],
    ['another kind', { m: task() }, ['/m work input']],
  ])('%s', (_, more, expected) => {
    expect(changes(workflow(base), workflow({ ...base, ...more }))).toEqual(expect.arrayContaining(expected));
    expect(changes(workflow(base), workflow({ ...base, ...more }))).toHaveLength(expected.length);
  });

  test('a task that goes, and the workflow itself', () => {
    const { g: _, ...rest } = base;
    expect(changes(workflow(base), workflow(rest))).toEqual(['/ output', '/g removed']);
    expect(changes(workflow(base), workflow(base, { timeout: 5, fail_fast: true }))).toEqual(['/ timeout fail_fast']);
  });
});

describe('what it means for an execution', () => {
  const chain = (more: Tasks = {}): CompiledWorkflow =>
    workflow({ a: task(), b: task({ depends_on: ['a'] }), c: task({ depends_on: ['b'] }), ...more });
  const other = (fields: Record<string, Json>) => task({ input: { n: 2 }, ...fields });

  test.each<[string, CompiledWorkflow, string[], (world: Migrating) => void]>([
    ['nothing differs', chain(), ['unaffected'], () => undefined],
    ['what differs is to come', chain({ c: other({ depends_on: ['b'] }) }), ['migratable'], (w) => w.run.run('/a')],
    ['it is ready', chain({ a: other({}) }), ['migratable'], () => undefined],
    ['it has completed', chain({ a: other({}) }), ['unaffected'], (w) => w.run.run('/a')],
    ['it runs', chain({ a: other({}) }), ['/a: it has begun, and is different: input'], (w) => w.run.begin('/a')],
    [
      'it waits for its next attempt',
      chain({ a: other({}) }),
      ['/a: it has begun, and is different: input'],
      (w) => w.run.begin('/a').send({ is: 'lose', step: '/a', generation: 1, attempt: 1 }),
    ],
    [
      'one that has completed, and one that is to come',
      chain({ a: other({}), c: other({ depends_on: ['b'] }) }),
      ['/a: it has completed, and is different: input'],
      (w) => w.run.run('/a'),
    ],
    [
      'how attempts are made of what has completed does not count',
      chain({ a: task({ timeout: 9 }), c: other({ depends_on: ['b'] }) }),
      ['migratable'],
      (w) => w.run.run('/a'),
    ],
    [
      'a task comes before one that runs',
      chain({ n: task(), b: task({ depends_on: ['a', 'n'] }) }),
      ['/b: it has begun, and is different: edges'],
      (w) => w.run.run('/a').begin('/b'),
    ],
    [
      'a task comes after one that has ended',
      chain({ n: task({ depends_on: ['a'] }) }),
      ['migratable'],
      (w) => w.run.run('/a'),
    ],
  ])('%s', (_, to, expected, act) => {
    const world = new Migrating(chain(), to);
    act(world);
    expect(reasons(world)).toEqual(expected);
    const before = snapshot(world.state);
    expect(world.migrate()).toBe(expected[0] === 'migratable' ? 'accepted' : 'conflict');
    if (expected[0] !== 'migratable') expect(snapshot(world.state)).toEqual(before);
  });

  test('a task that has begun can not go; one that is to come can', () => {
    const to = workflow({ a: task(), b: task({ depends_on: ['a'] }) });
    const world = new Migrating(chain(), to);
    world.run.run('/a', '/b').begin('/c');
    expect(reasons(world)).toContain('/c: it has begun, and is no more');
    const early = new Migrating(chain(), to);
    early.run.run('/a');
    expect(early.migrate()).toBe('accepted');
    early.run.run('/b');
    expect(outcome(early)).toEqual({ b: '/b' });
    early.foldsUp();
  });

  test('one that has ended is over', () => {
    const world = new Migrating(chain(), chain({ c: other({ depends_on: ['b'] }) }));
    world.run.run('/a', '/b', '/c');
    expect(reasons(world)).toEqual(['unaffected']);
  });

  test('a request that speaks of another definition changes nothing', () => {
    const world = new Migrating(chain(), chain({ c: other({ depends_on: ['b'] }) }));
    expect(world.migrate(true)).toBe('stale');
  });

  test('its input must fit the other schema, and have been completed so', () => {
    const schema = (more: object) => ({
      input_schema: { type: 'object', properties: { n: { type: 'number', ...more } } },
    });
    const tasks = { a: task(), b: task({ depends_on: ['a'], input: { n: '${input.?n.orValue(0)}' } }) };
    const to = (more: object) => workflow({ ...tasks, b: other({ depends_on: ['a'] }) }, schema(more));
    expect(reasons(new Migrating(workflow(tasks), to({}), { n: 5 }))).toEqual(['migratable']);
    expect(reasons(new Migrating(workflow(tasks), to({ maximum: 3 }), { n: 5 }))[0]).toContain(
      'its input does not fit',
    );
    expect(reasons(new Migrating(workflow(tasks), to({ default: 3 }), {}))).toEqual([
      ': its input would have been completed otherwise',
    ]);
  });

  test('the timeout counts from the start', () => {
    const world = new Migrating(workflow({ a: task() }), workflow({ a: task() }, { timeout: 10 }));
    world.run.advance(4000);
    expect(world.migrate()).toBe('accepted');
    expect(world.state.deadline).toBe(1_010_000);
    world.run.advance(6000);
    expect(world.run.send({ is: 'expire-execution' })).toBe('accepted');
    expect(outcome(world)).toBe('failed');
  });

  test('a timeout that is over already is over', () => {
    const world = new Migrating(workflow({ a: task() }), workflow({ a: task() }, { timeout: 1 }));
    world.run.advance(4000);
    world.migrate();
    expect(world.state.deadline).toBe(1_001_000);
  });
});

describe('inside of constructs', () => {
  const group = (x: Record<string, Json>, y: Record<string, Json>, more: Tasks = {}): CompiledWorkflow =>
    workflow({ g: { tasks: { x: task(x), y: task({ depends_on: ['x'], ...y }), ...more } } });

  test('a task of a group that runs is replaced, one comes, one is ready for another reason', () => {
    const world = new Migrating(
      group({}, {}),
      group({}, { input: { n: '${tasks.x.output}' } }, { z: task({ depends_on: ['x'], input: { m: 1 } }) }),
    );
    world.run.run('/g/x');
    expect(world.migrate()).toBe('accepted');
    expect([world.run.status('/g/y'), world.run.status('/g/z')]).toEqual(['ready', 'ready']);
    world.run.run('/g/y', '/g/z');
    expect(world.run.orders).toContainEqual(expect.objectContaining({ is: 'run', step: '/g/y', input: { n: '/g/x' } }));
    expect(outcome(world)).toEqual({ g: { y: '/g/y', z: '/g/z' } });
    world.foldsUp();
  });

  test('the last open task of a body goes: the body is over', () => {
    const world = new Migrating(
      workflow({ g: { tasks: { x: task(), y: task() } }, h: task() }),
      workflow({ g: { tasks: { x: task() } }, h: task() }),
    );
    world.run.run('/g/x');
    expect(world.migrate()).toBe('accepted');
    expect(world.run.status('/g')).toBe('completed');
  });

  const each = (fields: Record<string, Json>, more: Tasks = {}): CompiledWorkflow =>
    workflow({ m: { map: { over: [1, 2, 3], concurrency: 1 }, tasks: { x: task(fields), ...more } } });

  test('items to come have the tasks of the other version; those that are over hold it up', () => {
    const world = new Migrating(each({}), each({ input: { n: '${item}' } }));
    world.run.run('/m[0]/x');
    world.run.begin('/m[1]/x');
    expect(reasons(world)).toEqual([
      '/m[0]/x: it has completed, and is different: input',
      '/m[1]/x: it has begun, and is different: input',
    ]);
    const early = new Migrating(each({}), each({ input: { n: '${item}' } }));
    expect(early.migrate()).toBe('accepted');
    early.run.run('/m[0]/x', '/m[1]/x', '/m[2]/x');
    expect(early.run.orders).toContainEqual(expect.objectContaining({ is: 'run', step: '/m[2]/x', input: { n: 3 } }));
    expect(outcome(early)).toEqual({ m: [{ x: '/m[0]/x' }, { x: '/m[1]/x' }, { x: '/m[2]/x' }] });
  });

  test('a phase of a try that is to come', () => {
    const guard = (fields: Record<string, Json>): CompiledWorkflow =>
      workflow({ t: { try: { q: task() }, catch: { r: task(fields) } } });
    const world = new Migrating(guard({}), guard({ input: { of: '${error.code}' } }));
    world.run.begin('/t/try/q');
    expect(world.migrate()).toBe('accepted');
    world.run.fail('/t/try/q');
    world.run.run('/t/catch/r');
    expect(world.run.orders).toContainEqual(
      expect.objectContaining({ is: 'run', step: '/t/catch/r', input: { of: 'broken' } }),
    );
    world.foldsUp();
  });

  test('nobody joins a race that runs', () => {
    const race = (more: Tasks): CompiledWorkflow => workflow({ r: { race: { x: task(), y: task(), ...more } } });
    const world = new Migrating(race({}), race({ z: task() }));
    expect(reasons(world)).toContain('/r/z: it is new in a race that runs');
  });

  test('what is undone is undone as it was said when it was done', () => {
    const booked = (undo: Record<string, Json>, n = 0): CompiledWorkflow =>
      workflow({ a: task({ compensate: task(undo) }), b: task({ depends_on: ['a'], input: { n } }) });
    const world = new Migrating(booked({}), booked({ input: { n: 1 } }));
    world.run.run('/a');
    expect(reasons(world)).toEqual(['/a: it has completed, and is different: compensate']);
    const kept = new Migrating(booked({}), booked({}, 1));
    kept.run.run('/a');
    expect(kept.migrate()).toBe('accepted');
    kept.run.begin('/b').fail('/b');
    expect(findStep(kept.state, '/a!compensate')?.state.at).toBe('ready');
    kept.run.run('/a!compensate');
    expect(outcome(kept)).toBe('failed');
    kept.foldsUp();
  });

  test('a result that was looked for under another key does not count', () => {
    const cached = (n: number): CompiledWorkflow =>
      workflow({ a: task({ when: true, input: { n }, cache: { ttl: 60 } }) });
    const world = new Migrating(cached(1), cached(2));
    const before = findStep(world.state, '/a')?.state;
    const cacheKey = before?.at === 'ready' ? before.ready?.cacheKey : undefined;
    expect(cacheKey).toBeDefined();
    expect(world.migrate()).toBe('accepted');
    const recall = { is: 'recall', step: '/a', generation: 1, output: 1 } as const;
    expect(world.run.send({ ...recall, cacheKey: cacheKey as string })).toBe('stale');
  });
});

/** A task of a random workflow, in both versions or in one of them. */
interface Drawn {
  readonly in: 'both' | 'old' | 'new';
  readonly needs: readonly number[];
  readonly needsLater: readonly number[] | undefined;
  readonly when: boolean | undefined;
  readonly whenLater: boolean | undefined;
  readonly onError: 'fail' | 'continue' | 'goto';
  readonly isOther: boolean;
  readonly hasOtherPolicy: boolean;
  readonly holds: 'nothing' | 'group' | 'map' | 'try';
  readonly fails: boolean;
}

const needs = fc.uniqueArray(fc.nat(7), { maxLength: 2 });
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 8 });
const sometimes = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const drawn: fc.Arbitrary<Drawn> = fc.record({
  in: fc.oneof(
    { weight: 8, arbitrary: fc.constant('both' as const) },
    { weight: 1, arbitrary: fc.constantFrom('old' as const, 'new' as const) },
  ),
  needs,
  needsLater: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: needs }),
  when: rarely(fc.boolean()),
  whenLater: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.boolean() }),
  onError: fc.constantFrom('fail' as const, 'continue' as const, 'goto' as const),
  isOther: sometimes(6),
  hasOtherPolicy: sometimes(6),
  holds: fc.constantFrom('nothing', 'nothing', 'nothing', 'group', 'map', 'try'),
  fails: sometimes(4),
});

/** Two levels: what a construct holds is drawn, too. */
const level = fc.array(drawn, { minLength: 1, maxLength: 6 });
const plan = fc.record({ outer: level, inner: fc.array(level, { minLength: 1, maxLength: 3 }) });
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

class Build {
  /** Ids of tasks that fail. */
  readonly failing = new Set<string>();

  constructor(
    private readonly drawn: Plan,
    private readonly version: 'old' | 'new',
  ) {}

  compiled(): CompiledWorkflow {
    return workflow(this.tasks(this.drawn.outer, 't'));
  }

  private tasks(list: readonly Drawn[], prefix: string): Tasks {
    const isThere = (index: number): boolean => {
      const at = list[index]?.in;
      return at === 'both' || at === this.version;
    };
    const id = (index: number): string => `${prefix}${index}`;
    const entries = list.flatMap((one, index) => {
      if (!isThere(index)) return [];
      const wanted = this.version === 'new' ? (one.needsLater ?? one.needs) : one.needs;
      const depends_on = wanted.filter((other) => other < index && isThere(other)).map(id);
      const when = this.version === 'new' ? (one.whenLater ?? one.when) : one.when;
      const target = index + 1;
      const goto = one.onError === 'goto' && target < list.length && isThere(target);
      const shared = {
        ...(depends_on.length > 0 && { depends_on }),
        ...(when !== undefined && { when }),
        on_error: goto ? { goto: id(target) } : one.onError === 'continue' ? 'continue' : 'fail',
      };
      if (one.fails) this.failing.add(id(index));
      return [[id(index), this.task(one, { shared, index, prefix })] as const];
    });
    if (entries.length === 0) return { [`${prefix}last`]: task() };
    return Object.fromEntries(this.version === 'new' ? entries.reverse() : entries);
  }

  private task(
    one: Drawn,
    { shared, index, prefix }: { readonly shared: object; readonly index: number; readonly prefix: string },
  ): unknown {
    const isLater = this.version === 'new';
    if (prefix !== 't' || one.holds === 'nothing') {
      const input = { n: one.isOther && isLater ? 2 : 1 };
      return { ...shared, ...task({ input, ...(one.hasOtherPolicy && isLater && { priority: 5 }) }) };
    }
    const list = this.drawn.inner[index % this.drawn.inner.length] as readonly Drawn[];
    const tasks = this.tasks(list, `${prefix}${index}x`);
    if (one.holds === 'group') return { ...shared, tasks };
    if (one.holds === 'map') return { ...shared, map: { over: [1, 2], concurrency: 1, tolerate: 1 }, tasks };
    return { ...shared, try: tasks, catch: { [`${prefix}${index}c`]: task({ input: { n: isLater ? 2 : 1 } }) } };
  }
}

/** Steps that may begin or run, in an order that chance has drawn. */
const crank = (world: Migrating, { failing, choices, most }: Cranking): void => {
  for (let count = 0; count < most && !isTerminalRun(world.state.status); count++) {
    const open = [...allSteps(world.state)].filter(({ state }) => state.at === 'ready' || state.at === 'running');
    if (open.length === 0) return;
    const {
      address,
      state,
      task: { id },
    } = open[(choices[count % choices.length] as number) % open.length] as Step;
    if (state.at === 'ready') world.run.begin(address);
    else if (failing.has(id)) world.run.fail(address);
    else world.run.finish(address, 'tries' in state && state.tries ? { id, input: state.tries.input } : id);
  }
};

interface Cranking {
  readonly failing: ReadonlySet<string>;
  readonly choices: readonly number[];
  readonly most: number;
}

const NEVER = 10_000;

/** How a step has ended, with its output. */
const endOf = (state: StepState | undefined): string =>
  state?.at === 'completed' ? JSON.stringify(state.output) : state?.at === 'skipped' ? state.cause : (state?.at ?? '');

/** How everything ended. */
const ends = ({ state }: Migrating, only = (_: Step): boolean => true): Json => ({
  status: state.status.is,
  output: state.status.is === 'completed' ? state.status.output : null,
  steps: Object.fromEntries(
    [...allSteps(state)]
      .filter(only)
      .map((step): [string, Json] => {
        const { state: at } = step;
        return [step.address, at.at === 'skipped' ? `skipped ${at.cause}` : stepStatus(at)];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

describe('on random workflows', () => {
  const cases = fc.record({
    plan,
    choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
    place: fc.nat(12),
  });

  test('what may be migrated ends like one that began with the other version; what may not is left alone', () => {
    const seen = { unaffected: 0, told: 0, migratable: 0, must_finish: 0, back: 0, ended: 0 };
    fc.assert(
      fc.property(cases, ({ plan: drawnPlan, choices, place }) => {
        const [old, later] = [new Build(drawnPlan, 'old'), new Build(drawnPlan, 'new')];
        const world = new Migrating(old.compiled(), later.compiled());
        const failing = new Set([...old.failing, ...later.failing]);
        crank(world, { failing, choices, most: place });
        if (isTerminalRun(world.state.status)) {
          seen.ended += 1;
          return;
        }
        const before = snapshot(world.state);
        const found = world.classified();
        expect(snapshot(world.state)).toEqual(before);
        seen[found.is] += 1;
        const fresh = new Migrating(later.compiled(), old.compiled());
        crank(fresh, { failing, choices, most: NEVER });
        if (found.is === 'must_finish') {
          expect(world.migrate()).toBe('conflict');
          expect(snapshot(world.state)).toEqual(before);
          return;
        }
        if (found.is === 'unaffected') {
          // It stays; what was yet to happen ends as the other version would have it.
          const ended = new Map(
            [...allSteps(world.state)].flatMap(({ address, state }) =>
              isTerminalStep(state) ? [[address, state]] : [],
            ),
          );
          const isSame = [...ended].every(
            ([address, state]) => endOf(findStep(fresh.state, address)?.state) === endOf(state),
          );
          // With other results of what has ended, the other version is another story.
          if (!isSame) return;
          seen.told += 1;
          const over = new Set(ended.keys());
          const only = ({ address }: Step): boolean => !isAmong(address, over);
          crank(world, { failing, choices, most: NEVER });
          expect(ends(world, only)).toEqual(ends(fresh, only));
          return;
        }
        const same = world.copy();
        expect(world.migrate()).toBe('accepted');
        const there = world.copy();
        crank(world, { failing, choices, most: NEVER });
        world.foldsUp();
        expect(ends(world)).toEqual(ends(fresh));
        const backwards = classify(there.state, diffDefinitions(there.to, there.from));
        if (isTerminalRun(there.state.status) || backwards.is !== 'migratable') return;
        seen.back += 1;
        expect(there.migrate(true)).toBe('accepted');
        crank(there, { failing, choices, most: NEVER });
        crank(same, { failing, choices, most: NEVER });
        there.foldsUp();
        expect(ends(there)).toEqual(ends(same));
      }),
      { numRuns: RUNS },
    );
    // The property speaks of all of them.
    for (const count of [seen.told, seen.migratable, seen.must_finish, seen.back]) {
      expect(count).toBeGreaterThan(RUNS / 100);
    }
  });
});
