import { describe, expect, test } from '@jest/globals';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { SideBySide } from '../../src/llm/optimizer/differential/index.js';
import { NO_FACTS, type Certificate, type Claim } from '../../src/llm/optimizer/ir/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { after, compile, output, pure, read, table, verdict, write, type Versions } from './versions.js';

const H = pure({ input: { n: '${input.n}' } });
const USES = write({ input: { of: '${tasks.h.output}', i: '${index}' } });
const ONCE: JsonObject = { map: { over: [1, 2] } };
const MANY: JsonObject = { map: { over: '${input.rows}' } };
const FILLED = { when: '${size(input.rows) > 0}' };
const GOES_ON = { on_error: 'continue' };

/** `h` out of `m`; what of it, of `m` and of what else there is differs from that. */
interface Hoist {
  /** What it says in the body, and beside. */
  readonly h?: JsonObject;
  readonly now?: JsonObject;
  /** The construct without its tasks; what it says more when `h` is beside it. */
  readonly m?: JsonObject;
  readonly mNow?: JsonObject;
  readonly body?: JsonObject;
  readonly bodyNow?: JsonObject;
  readonly others?: JsonObject;
  readonly level?: Claim['level'];
  readonly rest?: JsonObject;
}

const hoist = ({ h = H, m = ONCE, body = { w: USES }, others = {}, level, rest, ...to }: Hoist = {}): Versions => {
  const { now = h, mNow = {}, bodyNow = body } = to;
  const z = pure(after('m'));
  return {
    base: { ...others, m: { output: {}, ...m, tasks: { h, ...body } }, z },
    candidate: { ...others, h: now, m: { output: {}, ...m, ...mNow, tasks: bodyNow }, z },
    rest: { ...output, ...rest },
    claim: { stands: { '/h': '/m/h' }, ...(level && { level }) },
  };
};

const looping = (loop: JsonObject): JsonObject => ({ loop: { max_iterations: 3, ...loop } });

describe('a task that does the same for each item, once before them', () => {
  table([
    ['of a map that has items', 'proved', hoist()],
    ['of an object that has some', 'proved', hoist({ m: { map: { over: { a: 1 } } } })],
    ['of a list with something worked out', 'proved', hoist({ m: { map: { over: ['${input.n}'] } } })],
    ['of a group', 'proved', hoist({ m: {}, body: { w: write({ input: { of: '${tasks.h.output}' } }) } })],
    ['of a loop that is tested after', 'proved', hoist({ m: looping({ until: '${index > 0}' }) })],
    ['with a condition of its own', 'proved', hoist({ h: { ...H, when: '${input.x}' } })],
    ['no level but one', 'moved_task', hoist({ level: 'identical' })],
    ['nor one that is about words', 'moved_task', hoist({ level: 'fix' })],
    [
      'out of a try',
      'moved_task',
      {
        ...hoist(),
        base: { m: { try: { h: H, w: pure(after('h')) } }, z: pure(after('m')) },
        candidate: { h: H, m: { try: { w: pure() }, ...after('h') }, z: pure(after('m')) },
        claim: { stands: { '/h': '/m/try/h' } },
      },
    ],
    [
      'out of a race',
      'moved_task',
      {
        ...hoist(),
        base: { m: { race: { h: H, w: pure(after('h')) } }, z: pure(after('m')) },
        candidate: { h: H, m: { race: { w: pure() }, ...after('h') }, z: pure(after('m')) },
      },
    ],
    [
      'within a race',
      'delay_is_seen',
      {
        ...hoist(),
        base: {
          r: { race: { m: { ...ONCE, tasks: { h: { ...H, ...GOES_ON }, w: USES }, output: {} }, o: pure() } },
          z: pure(after('r')),
        },
        candidate: {
          r: { race: { h: { ...H, ...GOES_ON }, m: { ...ONCE, tasks: { w: USES }, output: {} }, o: pure() } },
          z: pure(after('r')),
        },
        claim: { stands: { '/r/h': '/r/m/h' } },
      },
    ],
    [
      'two levels up',
      'moved_task',
      {
        ...hoist(),
        base: { g: { tasks: { m: { ...ONCE, tasks: { h: H, w: USES } } } }, z: pure(after('g')) },
        candidate: { h: H, g: { tasks: { m: { ...ONCE, tasks: { w: USES } } } }, z: pure(after('g')) },
        claim: { stands: { '/h': '/g/m/h' } },
      },
    ],
    [
      'under another name',
      'moved_task',
      {
        ...hoist(),
        base: { m: { ...ONCE, tasks: { h: H, w: write() }, output: {} }, z: pure(after('m')) },
        candidate: { g: H, m: { ...ONCE, ...after('g'), tasks: { w: write() }, output: {} }, z: pure(after('m')) },
        claim: { stands: { '/g': '/m/h' } },
      },
    ],
    ['of which nothing is claimed', 'added_task', { ...hoist(), claim: {} }],
    ['which is claimed to be another one', 'moved_task', { ...hoist(), claim: { stands: { '/h': '/m/w' } } }],
    [
      'when the construct is gone',
      'moved_task',
      {
        base: { m: { ...ONCE, tasks: { h: H } }, z: pure() },
        candidate: { h: H, z: pure(after('h')) },
        rest: output,
        claim: { stands: { '/h': '/m/h' }, gone: { '/m': { is: 'dead' } } },
      },
    ],
  ]);
});

describe('a task that does not', () => {
  const having = (input: string): JsonObject => pure({ input: { n: input } });
  table([
    [
      'reads the item',
      'not_invariant',
      {
        ...hoist({ h: having('${item}'), m: { map: { over: [1] } } }),
        base: {
          o: { map: { over: [3] }, tasks: { m: { ...ONCE, tasks: { h: having('${item}'), w: USES }, output: {} } } },
          z: pure(after('o')),
        },
        candidate: {
          o: { map: { over: [3] }, tasks: { h: having('${item}'), m: { ...ONCE, tasks: { w: USES }, output: {} } } },
          z: pure(after('o')),
        },
        claim: { stands: { '/o/h': '/o/m/h' } },
      },
    ],
    [
      'reads the item of a construct around',
      'proved',
      {
        ...hoist(),
        base: {
          o: {
            map: { over: [3], as: 'row' },
            tasks: { m: { ...ONCE, tasks: { h: having('${row}'), w: USES }, output: {} } },
          },
          z: pure(after('o')),
        },
        candidate: {
          o: {
            map: { over: [3], as: 'row' },
            tasks: { h: having('${row}'), m: { ...ONCE, tasks: { w: USES }, output: {} } },
          },
          z: pure(after('o')),
        },
        claim: { stands: { '/o/h': '/o/m/h' } },
      },
    ],
    [
      'reads what was before',
      'not_invariant',
      {
        ...hoist(),
        base: {
          o: {
            ...looping({ until: true }),
            tasks: { m: { ...looping({ until: true }), tasks: { h: having('${previous}'), w: USES }, output: {} } },
          },
          z: pure(after('o')),
        },
        candidate: {
          o: {
            ...looping({ until: true }),
            tasks: { h: having('${previous}'), m: { ...looping({ until: true }), tasks: { w: USES }, output: {} } },
          },
          z: pure(after('o')),
        },
        claim: { stands: { '/o/h': '/o/m/h' } },
      },
    ],
    [
      'waits for what stays',
      'not_invariant',
      hoist({
        h: { ...H, ...after('w') },
        now: H,
        body: { w: write(), x: pure({ input: { of: '${tasks.h.output}' } }) },
      }),
    ],
    ['has effects', 'not_pure', hoist({ h: read() })],
    ['sets variables', 'not_pure', hoist({ h: { ...H, set: { v: 1 } }, rest: { state: { v: 0 } } })],
    ['reads variables', 'not_pure', hoist({ h: having('${state.v}'), rest: { state: { v: 0 } } })],
    ['is a pause', 'not_pure', hoist({ h: { type: 'core/delay', input: { seconds: 1 } } })],
    ['is a wait', 'not_pure', hoist({ h: { wait: { seconds: 1 } } })],
    ['leaves something to chance', 'not_invariant', hoist({ h: having('${now()}') })],
    ['has a limit', 'not_invariant', hoist({ h: { ...H, concurrency_key: 'k' } })],
    ['has a cache', 'not_invariant', hoist({ h: { ...H, cache: { ttl: 60 } } })],
    ['gets a cache', 'task_changed', hoist({ now: { ...H, cache: { ttl: 60 } } })],
    ['says something else', 'task_changed', hoist({ now: pure({ input: { n: 2 } }) })],
    ['has another name', 'task_changed', hoist({ now: { ...H, name: 'other' } })],
  ]);
});

describe('it may run only where it ran before', () => {
  const skipping = { w: pure({ input: { of: '${tasks.h.?output.orValue(0)}' } }) };
  const chosen = { s: { switch: [{ when: '${input.x}', goto: 'm' }] } };
  table([
    ['a map that may have no items', 'may_not_run', hoist({ m: MANY })],
    ['that has none', 'may_not_run', hoist({ m: { map: { over: [] } } })],
    ['unless it asks', 'proved', hoist({ m: MANY, now: { ...H, ...FILLED } })],
    ['asks something else', 'task_changed', hoist({ m: MANY, now: { ...H, when: '${size(input.rows) > 1}' } })],
    ['has a question of its own', 'may_not_run', hoist({ m: MANY, h: { ...H, when: '${input.x}' } })],
    [
      'and would ask another',
      'task_changed',
      hoist({ m: MANY, h: { ...H, when: '${input.x}' }, now: { ...H, ...FILLED } }),
    ],
    ['or goes on when it fails', 'proved', hoist({ m: MANY, h: { ...H, ...GOES_ON }, body: skipping })],
    [
      'but not when it fails in another way',
      'may_not_run',
      hoist({ m: MANY, h: { ...H, on_error: [{ class: 'a', then: 'continue' }] }, body: skipping }),
    ],
    [
      'a list that takes working out',
      'task_changed',
      hoist({
        m: { map: { over: '${input.rows.filter(r, r > 0)}' } },
        now: { ...H, when: '${size(input.rows.filter(r, r > 0)) > 0}' },
      }),
    ],
    ['a loop that is tested before', 'may_not_run', hoist({ m: looping({ while: '${index < 2}' }) })],
    ['a construct with a condition', 'may_not_run', hoist({ m: { ...ONCE, when: '${input.x}' } })],
    ['the same condition', 'proved', hoist({ m: { ...ONCE, when: '${input.x}' }, now: { ...H, when: '${input.x}' } })],
    [
      'both',
      'proved',
      hoist({ m: { ...MANY, when: '${input.x}' }, now: { ...H, when: '${(input.x) && size(input.rows) > 0}' } }),
    ],
    ['one of both', 'task_changed', hoist({ m: { ...MANY, when: '${input.x}' }, now: { ...H, ...FILLED } })],
    [
      'a condition with chance',
      'task_changed',
      hoist({ m: { ...ONCE, when: '${now() > input.x}' }, now: { ...H, when: '${now() > input.x}' } }),
    ],
    ['a constant condition', 'may_not_run', hoist({ m: { ...ONCE, when: false } })],
    ['which is asked, too', 'proved', hoist({ m: { ...ONCE, when: false }, now: { ...H, when: '${false}' } })],
    ['a construct that is chosen', 'may_not_run', hoist({ others: chosen })],
    ['the same, going on', 'proved', hoist({ others: chosen, h: { ...H, ...GOES_ON }, body: skipping })],
    [
      'a failure that is tolerated',
      'failure_is_caught',
      hoist({ m: { map: { over: [1, 2], tolerate: 1 } }, body: { w: write() }, mNow: after('h') }),
    ],
    ['a failure of the construct that is handled', 'failure_is_caught', hoist({ m: { ...ONCE, ...GOES_ON } })],
  ]);
});

describe('where it stands', () => {
  const others = { a: pure(), b: pure() };
  const reading = pure({ input: { n: '${tasks.a.output}' } });
  const m = { ...ONCE, ...after('b') };
  table([
    [
      'after all that the construct waited for',
      'proved',
      hoist({ others, h: reading, m, now: { ...reading, ...after('b') }, mNow: after('a', 'b') }),
    ],
    ['after less', 'join_changed', hoist({ others, h: reading, m, mNow: after('a', 'b') })],
    ['after more', 'join_changed', hoist({ others, m, now: { ...H, ...after('a', 'b') } })],
    [
      'when the construct waits for less',
      'join_changed',
      hoist({ others, h: reading, m, now: { ...reading, ...after('b') } }),
    ],
    ['when the construct does not wait for it', 'join_changed', hoist({ body: { w: write() } })],
    ['or does', 'proved', hoist({ body: { w: write() }, mNow: after('h') })],
    [
      'when others wait for it',
      'still_needed',
      { ...hoist(), candidate: { h: H, m: { ...ONCE, tasks: { w: USES }, output: {} }, z: pure(after('m', 'h')) } },
    ],
    [
      'when it waits for one of two',
      'join_changed',
      hoist({ others, m: { ...ONCE, ...after('a', 'b') }, now: { ...H, ...after('a', 'b'), join: 'any' } }),
    ],
    [
      'when the construct does',
      'order_is_seen',
      hoist({ others, m: { ...ONCE, ...after('a', 'b'), join: 'any' }, now: { ...H, ...after('a', 'b') } }),
    ],
    [
      'when what holds the construct does',
      'order_is_seen',
      {
        ...hoist(),
        base: {
          ...others,
          g: {
            ...after('a', 'b'),
            join: 'any',
            tasks: { m: { ...ONCE, tasks: { h: H, w: USES }, output: {} } },
            output: {},
          },
          z: pure(after('g')),
        },
        candidate: {
          ...others,
          g: {
            ...after('a', 'b'),
            join: 'any',
            tasks: { h: H, m: { ...ONCE, tasks: { w: USES }, output: {} } },
            output: {},
          },
          z: pure(after('g')),
        },
        claim: { stands: { '/g/h': '/g/m/h' } },
      },
    ],
    ['when what it holds is timed', 'delay_is_seen', hoist({ m: { ...ONCE, timeout: 9 } })],
    ['when the workflow is timed', 'delay_is_seen', hoist({ rest: { timeout: 9 } })],
    ['when the first failure ends all', 'delay_is_seen', hoist({ rest: { fail_fast: true } })],
    [
      'when the output was that of leaves',
      'output_changed',
      hoist({ m: { ...ONCE, output: undefined as never }, body: { w: write() }, mNow: after('h') }),
    ],
  ]);
  test('of three, one that waited for some only', () => {
    const body = {
      h: H,
      g: H,
      k: { ...pure(after('h', 'g')), join: 'any' },
      w: pure({ input: { of: '${tasks.k.output}' } }),
    };
    const { h, g, w, k } = body;
    const all = after('h', 'g');
    const versions: Versions = {
      base: { m: { ...ONCE, tasks: body, output: {} }, z: pure(after('m')) },
      candidate: { h, g, k: pure(all), m: { ...ONCE, ...all, tasks: { w }, output: {} }, z: pure(after('m')) },
      claim: { stands: { '/h': '/m/h', '/g': '/m/g', '/k': '/m/k' } },
      rest: output,
    };
    expect(verdict(versions)).toBe('not_invariant');
    const waiting = {
      ...versions,
      base: { m: { ...ONCE, tasks: { ...body, k: { ...k, join: 'all' } }, output: {} }, z: pure(after('m')) },
    };
    expect(verdict(waiting)).toBe('proved');
  });

  test('two, one of which reads the other', () => {
    const g = pure({ input: { of: '${tasks.h.output}' } });
    const uses = write({ input: { of: '${tasks.g.output}', i: '${index}' } });
    const versions = {
      base: { m: { ...ONCE, tasks: { h: H, g, w: uses }, output: {} }, z: pure(after('m')) },
      candidate: { h: H, g, m: { ...ONCE, ...after('h'), tasks: { w: uses }, output: {} }, z: pure(after('m')) },
    };
    const claim: Claim = {
      level: 'success-equivalent',
      stands: { '/h': '/m/h', '/g': '/m/g' },
      gone: {},
      policies: {},
    };
    const [base, candidate] = [compile(versions.base, output), compile(versions.candidate, output)];
    expect(check({ base, candidate, claim, facts: NO_FACTS }).ok).toBe(true);
  });
});

describe('what is said of it', () => {
  const certified = ({ base, candidate, claim, rest = {} }: Versions): Certificate => {
    const checked = check({
      ...{ base: compile(base, rest), candidate: compile(candidate, rest), facts: NO_FACTS },
      claim: { level: 'success-equivalent', stands: {}, gone: {}, policies: {}, ...claim },
    });
    if (!checked.ok) throw new Error(checked.error.reason);
    return checked.value;
  };

  test('edges in the body are implied; when it fails, nothing in the body runs', () => {
    const { stands, droppedEdges, changesOnFailure } = certified(hoist());
    expect({ stands, droppedEdges, changesOnFailure }).toEqual({
      stands: { '/h': '/m/h' },
      droppedEdges: [{ from: '/m/h', to: '/m/w', because: 'implied' }],
      changesOnFailure: [],
    });
  });

  test('what waits for the construct and for others runs anyway; what waits for an answer may get it', () => {
    const others = { o: pure(), q: write(after('m', 'o')), r: { approval: {} } };
    expect(certified(hoist({ others })).changesOnFailure).toEqual([
      { is: 'runs_anyway', task: '/q', although: '/m/h' },
      { is: 'runs_anyway', task: '/r', although: '/m' },
    ]);
    const goesOn = certified(hoist({ others: { o: pure(), q: write(after('m', 'o')) }, h: { ...H, ...GOES_ON } }));
    expect(goesOn.changesOnFailure).toEqual([]);
  });

  test('both versions run alike side by side', () => {
    const { base, candidate, rest } = hoist({ m: MANY, now: { ...H, ...FILLED } });
    const sideBySide = new SideBySide(compile(base, rest), NO_FACTS);
    const told = sideBySide.compare(compile(candidate, rest), 'success-equivalent');
    expect(told).toMatchObject({ is: 'alike', detail: expect.stringMatching(/^\d+ runs/) as never });
  });
});
