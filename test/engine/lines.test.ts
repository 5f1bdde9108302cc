import { describe, expect, test } from '@jest/globals';
import { allSteps, type Limit, type ReadyOrder } from '../../src/engine/core/index.js';
import { Dispatcher, type Holder } from '../../src/engine/dispatch/dispatcher.js';
import { RateWindow } from '../../src/engine/dispatch/rate-window.js';
import { TaskLimits } from '../../src/engine/dispatch/task-limits.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { CoreWorld, task } from '../world/core-world.js';

class Owner implements Holder {
  readonly slots = new Map<string, readonly Limit[]>();
}

interface Order {
  readonly limits?: readonly Limit[];
  readonly owner?: string;
  readonly priority?: number;
}

/** A dispatcher that the test cranks by hand. Steps have names of their own. */
class Desk {
  readonly timers = new VirtualTimers();
  readonly dispatcher: Dispatcher<Owner>;
  rings = 0;
  private readonly owners = new Map<string, Owner>();
  private readonly orders = new Map<string, Order>();

  constructor(slots = 100) {
    this.dispatcher = new Dispatcher<Owner>({ slots, timers: this.timers, onRoom: () => void this.rings++ });
  }

  ownerOf(name = 'o'): Owner {
    const owner = this.owners.get(name) ?? new Owner();
    this.owners.set(name, owner);
    return owner;
  }

  push(names: string, order: Order): void {
    for (const step of names.split(' ')) {
      this.orders.set(step, order);
      const { limits = [], priority = 0 } = order;
      const about = { is: 'ready', step, generation: 1, cacheKey: undefined, notBefore: undefined } as const;
      this.dispatcher.push(this.ownerOf(order.owner), { ...about, limits, priority } satisfies ReadyOrder);
    }
  }

  /** Grants all that can be granted now. */
  grant(): string {
    const granted: string[] = [];
    const at = this.timers.now();
    for (let next = this.dispatcher.next(at); next; next = this.dispatcher.next(at)) {
      const { step } = next.order;
      this.dispatcher.account(next.of, [{ type: 'step_started', at, step, generation: 1, attempt: 1 }]);
      granted.push(step);
    }
    return granted.join(' ');
  }

  end(names: string): void {
    for (const step of names.split(' ')) {
      const owner = this.ownerOf(this.orders.get(step)?.owner);
      const at = this.timers.now();
      this.dispatcher.account(owner, [{ type: 'step_completed', at, step, generation: 1, attempt: 1, output: null }]);
    }
  }

  /** Ends what runs, one after another, and says what each let begin. */
  endAll(first: string): string[] {
    const seen: string[] = [];
    for (let running = first; running !== ''; running = seen.at(-1) as string) {
      this.end(running);
      seen.push(this.grant());
    }
    return seen.slice(0, -1);
  }

  wait(ms: number): string {
    this.timers.advance(ms);
    return this.grant();
  }
}

const bound = (key: string, concurrency: number): Limit => ({ key, concurrency });
const rate = (key: string, count: number, per: number): Limit => ({ key, rate: { count, per } });
const [a, b, wide] = [bound('a', 1), bound('b', 1), bound('wide', 1000)];

describe('a line', () => {
  test('is served in order, whoever comes while it moves, and whatever executions they are of', () => {
    const desk = new Desk();
    desk.push('a1 a2 a3', { limits: [a] });
    expect(desk.grant()).toBe('a1');
    desk.push('p1', { limits: [a], owner: 'p' });
    desk.end('a1');
    expect(desk.grant()).toBe('a2');
    expect(desk.endAll('a2')).toEqual(['p1', 'a3']);
  });

  test('that finds another bound closed waits there, in its order, and lets others through', () => {
    const desk = new Desk();
    desk.push('a0', { limits: [a] });
    desk.push('b0', { limits: [b] });
    desk.grant();
    desk.push('ab1 ab2 ab3', { limits: [a, b] });
    expect(desk.grant()).toBe('');
    desk.push('a1', { limits: [a], owner: 'p' });
    desk.end('a0');
    expect(desk.grant()).toBe('a1');
    desk.end('a1');
    expect(desk.grant()).toBe('');
    expect(desk.endAll('b0')).toEqual(['ab1', 'ab2', 'ab3']);
  });

  test('takes turns with other lines at the same bound, behind those of higher priority', () => {
    const desk = new Desk();
    desk.push('a0', { limits: [a] });
    desk.grant();
    desk.push('l1 l2', { limits: [a], priority: 1 });
    desk.push('m1 m2', { limits: [a, wide], priority: 1 });
    desk.push('h1', { limits: [a], priority: 3 });
    desk.push('i1', { limits: [a], priority: 2 });
    desk.push('n1', { limits: [a], priority: 0 });
    expect(desk.grant()).toBe('');
    expect(desk.endAll('a0')).toEqual(['h1', 'i1', 'l1', 'm1', 'l2', 'm2', 'n1']);
  });

  test('costs its execution no turn', () => {
    const desk = new Desk(2);
    desk.push('a0', { limits: [a], owner: 'z' });
    desk.grant();
    desk.push('a1', { limits: [a], owner: 'o' });
    desk.push('o1 o2', { owner: 'o' });
    desk.push('p1 p2', { owner: 'p' });
    expect(desk.grant()).toBe('o1');
    expect(desk.endAll('o1')).toEqual(['p1', 'o2', 'p2']);
  });

  test('that is let through goes before what is ready only now', () => {
    const desk = new Desk(1);
    desk.push('a0 a1', { limits: [a] });
    expect(desk.grant()).toBe('a0');
    desk.push('o1', {});
    desk.end('a0');
    expect(desk.grant()).toBe('a1');
    expect(desk.endAll('a1')).toEqual(['o1']);
  });

  test('of which several are let through at once keeps their order', () => {
    const desk = new Desk();
    const two = bound('two', 2);
    desk.push('t1 t2 t3 t4 t5', { limits: [two] });
    expect(desk.grant()).toBe('t1 t2');
    desk.end('t1 t2');
    expect(desk.grant()).toBe('t3 t4');
    expect(desk.endAll('t3')).toEqual(['t5']);
  });
});

describe('who is gone', () => {
  test.each([
    ['while it waits', false],
    ['after it was let through', true],
  ])('%s leaves its room to others, and no trace', (_, isLate) => {
    const desk = new Desk();
    desk.push('a0', { limits: [a], owner: 'z' });
    desk.grant();
    desk.push('a1 a2', { limits: [a], owner: 'gone' });
    desk.push('a3', { limits: [a], owner: 'p' });
    expect(desk.grant()).toBe('');
    if (isLate) desk.end('a0');
    desk.dispatcher.forget(desk.ownerOf('gone'));
    if (!isLate) desk.end('a0');
    expect(desk.grant()).toBe('a3');
    expect(desk.endAll('a3')).toEqual([]);
    expect([desk.dispatcher.keys, desk.dispatcher.running]).toEqual([0, 0]);
  });

  test('is counted no more, and counted once when it comes back', () => {
    const desk = new Desk(3);
    const owner = desk.ownerOf();
    const steps = [['a0', [a]] as const, ['x', []] as const];
    desk.dispatcher.recount(owner, steps);
    desk.dispatcher.recount(owner, steps);
    expect(desk.dispatcher.running).toBe(2);
    desk.push('a1 y z', { limits: [a] });
    desk.push('w', {});
    expect(desk.grant()).toBe('w');
    desk.dispatcher.freeAll(owner);
    expect([desk.dispatcher.running, desk.grant()]).toEqual([0, 'a1']);
  });

  test('is not asked for while it is paused, and once when it goes on', () => {
    const desk = new Desk();
    desk.push('x', {});
    desk.push('a1 a2', { limits: [a] });
    const { dispatcher, timers } = desk;
    dispatcher.account(desk.ownerOf(), [{ type: 'execution_paused', at: timers.now() }]);
    expect([dispatcher.hasNext(), desk.grant()]).toEqual([false, '']);
    desk.push('x', {});
    expect(desk.grant()).toBe('x');
  });

  test.each([
    { type: 'attempt_lost', step: 'a1', generation: 1, attempt: 1 } as const,
    { type: 'execution_canceled' } as const,
    { type: 'execution_failed', failure: { kind: 'fatal', code: 'x', message: 'x' }, steps: [] } as const,
  ])('leaves its slot, and its room, by $type', (event) => {
    const desk = new Desk(1);
    desk.push('a1', { limits: [a] });
    desk.push('b1', { limits: [a], owner: 'p' });
    expect(desk.grant()).toBe('a1');
    desk.dispatcher.account(desk.ownerOf(), [{ ...event, at: desk.timers.now() }]);
    expect([desk.dispatcher.running, desk.grant()]).toEqual([0, 'b1']);
  });

  test('lets no timer ring, nor does the end of the process', () => {
    const desk = new Desk();
    const limits = [rate('r', 1, 10)];
    desk.push('r1 r2', { limits });
    desk.grant();
    expect(desk.timers.waiting).toBe(1);
    desk.dispatcher.forget(desk.ownerOf());
    expect(desk.timers.waiting).toBe(0);
    desk.push('r3', { limits });
    desk.grant();
    expect(desk.timers.waiting).toBe(1);
    desk.dispatcher.stop();
    expect(desk.timers.waiting).toBe(0);
  });
});

describe('a rate', () => {
  test('opens when its window ends, not before, and tells of it', () => {
    const desk = new Desk();
    desk.push('r1 r2 r3 r4 r5', { limits: [rate('r', 2, 10)] });
    expect(desk.grant()).toBe('r1 r2');
    expect([desk.wait(9), desk.rings]).toEqual(['', 0]);
    expect([desk.wait(1), desk.rings]).toEqual(['r3 r4', 1]);
    expect([desk.wait(10), desk.rings]).toEqual(['r5', 2]);
  });

  test('of a key counts what begins under any rate of it', () => {
    const desk = new Desk();
    const [slow, fast] = [rate('r', 1, 100), rate('r', 3, 10)];
    desk.push('f1', { limits: [fast] });
    desk.push('s1', { limits: [slow], owner: 'p' });
    desk.grant();
    desk.push('f2 f3', { limits: [fast] });
    desk.push('s2', { limits: [slow], owner: 'p' });
    expect(desk.grant()).toBe('f2');
    expect(desk.wait(10)).toBe('f3');
    expect([desk.wait(99), desk.wait(1)]).toEqual(['', 's2']);
  });

  test('counts what begins under its key without any, as long as its window is not over', () => {
    const desk = new Desk();
    const limits = [rate('r', 2, 10)];
    desk.push('r1', { limits });
    desk.grant();
    desk.timers.advance(9);
    desk.push('a1', { limits: [{ key: 'r' }] });
    desk.push('r2 r3', { limits, owner: 'p' });
    expect(desk.grant()).toBe('a1');
    expect([desk.wait(1), desk.wait(8), desk.wait(1)]).toEqual(['r2', '', 'r3']);
    desk.wait(10);
    desk.end('r1 a1 r2 r3');
    desk.push('a2', { limits: [{ key: 'r' }] });
    desk.push('r4 r5', { limits, owner: 'p' });
    // Nothing had begun for so long that the rate was forgotten: what begins now does not count for when it is known again.
    expect(desk.grant()).toBe('a2 r4 r5');
  });

  test('is not begun anew by what ran before', () => {
    const desk = new Desk();
    const limits = [rate('r', 1, 10)];
    desk.push('r1 r2', { limits });
    expect(desk.grant()).toBe('r1');
    expect(desk.wait(9)).toBe('');
    desk.dispatcher.recount(desk.ownerOf(), [['r1', limits]]);
    expect(desk.wait(1)).toBe('r2');
  });

  test('that nobody needs any more is forgotten, not before', () => {
    const desk = new Desk();
    const begin = (key: string): void => {
      desk.push(key, { limits: [rate(key, 1, 10)] });
      desk.grant();
      desk.end(key);
    };
    for (const key of ['r1', 'r2', 'r3']) begin(key);
    expect(desk.dispatcher.keys).toBe(3);
    desk.timers.advance(10);
    for (const key of ['s1', 's2', 's3']) begin(key);
    expect(desk.dispatcher.keys).toBe(3);
  });

  test('opens when enough of what began has left, also if that was too much', () => {
    const window = new RateWindow({ count: 2, per: 10 });
    for (const at of [0, 3, 5, 6]) window.record(at);
    expect([window.room(9), window.opensAt()]).toEqual([-2, 15]);
  });

  test('of many begins remembers some of them a little longer, never shorter', () => {
    const window = new RateWindow({ count: 2048, per: 10 });
    for (const at of [0, 5, 6]) window.record(at);
    expect([9, 10, 14, 15, 16].map((at) => window.room(at))).toEqual([2045, 2045, 2045, 2047, 2048]);
  });
});

test('the bounds of this process come to those of the step, while it waits and while it runs', () => {
  const limits = new TaskLimits({ 'test/task': 2, 'tekton/action': 5, 'tekton/action:sophia': 1 });
  const run = new CoreWorld(
    {
      name: 'w',
      tasks: {
        a: task({ concurrency_key: 'k' }),
        b: { component: 'sophia', action: 'think' },
        c: { type: 'tekton/action', input: { component: '${input.who}', action: 'think' } },
        d: { type: 'core/noop' },
      },
    },
    { who: 'sophia' },
  );
  const waiting = run.orders.flatMap((order) =>
    order.is === 'ready' ? [[order.step, limits.addTo(order, run.state).limits] as const] : [],
  );
  const sophia = [bound('task tekton/action', 5), bound('task tekton/action:sophia', 1)];
  expect(waiting).toEqual([
    ['/a', [bound('"k"', 1), bound('task test/task', 2)]],
    ['/b', sophia],
    ['/c', [bound('task tekton/action', 5)]],
    ['/d', []],
  ]);
  run.begin('/a', '/b', '/c', '/d');
  const running = [...limits.running(run.state, allSteps(run.state))];
  expect(new Map(running)).toEqual(new Map(waiting));
});
