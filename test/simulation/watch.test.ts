import { describe, expect, test } from '@jest/globals';
import { replay, type RunEvent } from '../../src/engine/core/index.js';
import type { Attempt, Publication } from '../../src/engine/ports/index.js';
import { History } from '../../src/simulation/watch/history.js';
import type { Violation } from '../../src/simulation/watch/invariants.js';
import { Watch } from '../../src/simulation/watch/watch.js';
import { mustCompile, task } from '../world/core-world.js';

const compiled = mustCompile({
  name: 'w',
  tasks: {
    a: task(),
    b: task({ depends_on: ['a'] }),
    c: task({ depends_on: ['a', 'b'], join: 2 }),
    d: task({ when: '${input.yes}' }),
    pick: { switch: [{ when: '${input.yes}', goto: 'e' }] },
    e: task(),
  },
});
const E = 'execution-1';
const workflow = { id: 'w', name: 'w', version: '1.0.0', definition: 'd' };
const begin: RunEvent = {
  ...{ type: 'execution_started', at: 1, execution: E, workflow, input: { yes: true }, metadata: {}, options: {} },
};
const started = (step: string, attempt = 1): RunEvent => ({
  type: 'step_started',
  at: 1,
  step,
  generation: 1,
  attempt,
});
const completed = (step: string, output: null | string = null, attempt = 1): RunEvent => ({
  ...{ type: 'step_completed', at: 1, step, generation: 1, attempt, output },
});
const failed = (step: string): RunEvent => ({
  ...{ type: 'step_failed', at: 1, step, generation: 1, attempt: 1 },
  failure: { kind: 'fatal', code: 'broken', message: '' },
});
const ended: RunEvent = { type: 'execution_completed', at: 1, output: {} };
const attempt = (address: string, number = 1): Attempt => ({
  ...{ executionId: E, address, generation: 1, attempt: number, type: 'test/task', input: {} },
  ...{ secrets: [], firstStartedAt: 1, deadline: undefined, results: [] },
});

/** A journal that somebody wrote, right or wrong. */
class Written {
  readonly history = new History();
  readonly watch = new Watch(this.history, compiled);
  private seq = 0;
  private position = 0;

  constructor(...events: readonly RunEvent[]) {
    this.write(begin, ...events);
  }

  write(...events: readonly RunEvent[]): this {
    const recorded = events.map((event) => ({ seq: ++this.seq, event }));
    const batch = { transitions: [{ handle: { execution: E }, events: recorded }], logs: [], keys: [] };
    this.watch.wrote(batch, { firstPosition: this.position + 1 });
    this.position += events.length;
    return this;
  }

  /** The task gave what the journal says it did. */
  gave(address: string, output: null | string = null): this {
    this.watch.gave(attempt(address), { is: 'completed', output });
    return this;
  }

  publication(from = 1): Publication {
    const events = this.history.of(E)?.events ?? [];
    const published = events
      .slice(from - 1)
      .map(({ seq, position, event }) => ({ position, recorded: { seq, event } }));
    const state = replay(
      compiled,
      events.map(({ event }) => event),
    );
    return { execution: E, state, events: published };
  }

  /** A core that lets everything happen publishes it. */
  publishedByBrokenCore(): this {
    const events = this.history.of(E)?.events ?? [];
    const state = replay(compiled, [begin]);
    state.seq = events.length;
    this.watch.publish([{ ...{ execution: E, state }, events: [] }]);
    return this;
  }

  get found(): string[] {
    this.watch.finish(1);
    return this.watch.violations.map(({ invariant }) => invariant);
  }
}

describe('what is written', () => {
  test('a journal in order violates nothing', () => {
    const written = new Written(started('/a'), completed('/a', 'x'), started('/b')).gave('/a', 'x');
    written.watch.publish([written.publication()]);
    expect(written.found).toEqual([]);
  });

  const wrong: Readonly<Record<string, readonly [string, () => Written]>> = {
    'an event after the end': ['I1', () => new Written(ended, started('/a'))],
    'a finished step that starts again': [
      'E2',
      () => new Written(started('/a'), completed('/a'), started('/a', 2)).gave('/a'),
    ],
    'a second output of a step': [
      'I4',
      () => new Written(started('/a'), completed('/a'), completed('/a', 'x')).gave('/a'),
    ],
    'an output that the task did not give': [
      'I4',
      () => new Written(started('/a'), completed('/a', 'x')).gave('/a', 'y'),
    ],
    'a failure that the task did not give': ['I4', () => new Written(started('/a'), failed('/a')).gave('/a')],
    'a time that goes back': ['I8', () => new Written({ ...started('/a'), at: 0 })],
    'events that do not fit together': ['E6', () => new Written(completed('/nowhere'))],
    'a step that starts before what it needs': ['E3', () => new Written(started('/b'))],
    'a step that starts before enough has completed': [
      'E3',
      () => new Written(started('/a'), completed('/a'), started('/c')).gave('/a'),
    ],
    'a step that starts without its condition': ['E3', () => new Written(started('/d'))],
    'a step that starts before it was chosen': ['E3', () => new Written(started('/e'))],
    'a step that starts although another was chosen': [
      'E3',
      () => new Written(completed('/pick', null, 0), started('/e')),
    ],
    'a pause that nobody asked for': ['E8', () => new Written({ type: 'execution_paused', at: 1 })],
  };

  test.each(Object.keys(wrong))('%s', (name) => {
    const [invariant, write] = wrong[name] as (typeof wrong)[string];
    const written = invariant === 'E3' ? write().publishedByBrokenCore() : write();
    expect(written.found).toContain(invariant);
  });

  test('a gap, and an execution too many', () => {
    const written = new Written(started('/a'));
    const batch = (execution: string, seq: number) => ({
      ...{ transitions: [{ handle: { execution }, events: [{ seq, event: completed('/a') }] }], logs: [], keys: [] },
    });
    written.watch.wrote(batch(E, 4), { firstPosition: 9 });
    written.watch.wrote(batch('execution-2', 1), { firstPosition: 10 });
    expect(written.found).toEqual(expect.arrayContaining(['I8', 'I7']));
  });
});

describe('what is published', () => {
  test('is durable, once, and in order', () => {
    const written = new Written(started('/a'));
    const publication = written.publication();
    written.watch.publish([publication]);
    expect(written.watch.violations).toEqual([]);
    written.watch.publish([publication]);
    expect(written.found).toContain('I8');
  });

  test('may not leave out an event', () => {
    const written = new Written();
    written.watch.publish([written.publication()]);
    written.write(started('/a'), completed('/a')).gave('/a');
    written.watch.publish([written.publication(3)]);
    expect(written.found).toContain('I8');
  });

  test('may not be ahead of the journal', () => {
    const written = new Written();
    const { state, events } = written.publication();
    const ahead = [...events, { position: 2, recorded: { seq: 2, event: started('/a') } }];
    written.watch.publish([{ execution: E, state, events: ahead }]);
    expect(written.found).toContain('I6');
  });

  test('has a state that is the fold of the journal', () => {
    const written = new Written(started('/a'));
    const publication = written.publication();
    publication.state.root.failed.push('/b');
    written.watch.publish([publication]);
    expect(written.found).toEqual(['E6']);
  });
});

describe('what is run, answered and told', () => {
  test('an attempt runs once, after its start is durable, and not after its end', () => {
    const written = new Written();
    written.watch.began(attempt('/a'));
    written.write(started('/b'));
    written.watch.began(attempt('/b'));
    written.watch.began(attempt('/b'));
    written.write(completed('/b'), ended);
    written.watch.began(attempt('/b', 2));
    const found = written.watch.violations.map(({ invariant }) => invariant);
    expect(found).toEqual(['I6', 'I3', 'I6', 'E2', 'I1']);
  });

  test('all attempts of a step get the same input', () => {
    const written = new Written(started('/a'));
    written.watch.began(attempt('/a'));
    written.write({ type: 'attempt_lost', at: 1, step: '/a', generation: 1, attempt: 1 }, started('/a', 2));
    written.watch.began({ ...attempt('/a', 2), input: { other: true } });
    expect(written.watch.violations.map(({ invariant }) => invariant)).toEqual(['I4']);
  });

  test('an answer comes after what it speaks of', () => {
    const written = new Written();
    written.watch.startGranted('execution-2');
    written.watch.asked('pause', E);
    written.watch.answered('pause', E, 'granted');
    expect(written.watch.violations.map(({ invariant }) => invariant)).toEqual(['I6', 'I6']);
  });

  test('what was refused is not recorded', () => {
    const written = new Written();
    written.watch.asked('pause', E);
    written.watch.answered('pause', E, 'refused');
    expect(written.found).toEqual([]);
    expect(written.write({ type: 'execution_paused', at: 1 }).found).toEqual(['E8']);
  });

  test('the end that is told is the end that is recorded', () => {
    const written = new Written(ended);
    written.watch.told(E, { is: 'completed', output: {}, at: 1 });
    expect(written.watch.violations).toEqual([]);
    written.watch.told(E, { is: 'canceled', reason: undefined, at: 1 });
    written.watch.told(E, undefined);
    expect(written.watch.violations.map(({ invariant }) => invariant)).toEqual(['E1', 'E1']);
  });
});

describe('how often something begins under a rate', () => {
  const steps = ['/a', '/b', '/c', '/d', '/e'];

  /** Begins one step after another at these times; `k`: under the key without a rate. Two may begin in any 10 ms. */
  const found = (...begins: readonly (readonly [at: number, limit: 'rated' | 'k'])[]): readonly Violation[] => {
    const written = new Written();
    for (const [index, [at, is]] of begins.entries()) {
      const step = steps[index] as string;
      const limit = is === 'rated' ? { key: 'k', rate: { count: 2, per: 10 } } : { key: 'k' };
      written.write({ type: 'step_ready', at, step, generation: 1, limit }, { ...started(step), at });
    }
    return written.watch.violations;
  };
  const tooOften = [{ invariant: 'limits', message: '3 began under k within 10 ms' }];

  test('is bounded in any such time', () => {
    expect(found([1, 'rated'], [9, 'rated'], [11, 'rated'], [19, 'rated'])).toEqual([]);
    expect(found([1, 'rated'], [9, 'rated'], [10, 'rated'])).toEqual(tooOften);
  });

  test('includes what has none, as long as the rate is known', () => {
    expect(found([1, 'rated'], [9, 'k'], [18, 'k'], [18, 'rated'])).toEqual(tooOften);
    expect(found([1, 'rated'], [9, 'k'], [10, 'k'], [11, 'k'])).toEqual([]);
    expect(found([1, 'k'], [2, 'k'], [3, 'rated'], [4, 'rated'])).toEqual([]);
  });

  test('is forgotten when nothing has begun for so long', () => {
    expect(found([1, 'rated'], [11, 'k'], [12, 'k'], [13, 'rated'])).toEqual([]);
  });
});
