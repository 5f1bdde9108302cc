import { describe, expect, test } from '@jest/globals';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { NO_FACTS, type FailureChange } from '../../src/llm/optimizer/ir/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { after, compile, output, pure, read, table, verdict, write, type Versions } from './versions.js';

const GOES_ON = { on_error: 'continue' };
const IS_SET = { when: '${state.n == 1}' };
const SETS = pure({ set: { n: 1 } });
const group = (tasks: JsonObject, more: JsonObject = {}): JsonObject => ({ tasks, output: {}, ...more });
const over = (list: string, tasks: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ map: { over: list, ...more }, tasks, output: {} },
});
const event: JsonObject = { event: { name: 'e' } };
const approval: JsonObject = { approval: {} };

/** `b` waits for `a`, and did not; among others. */
const delayed = (b: JsonObject, others: JsonObject = {}, rest: JsonObject = {}): Versions => {
  const version = (more: JsonObject): JsonObject => ({
    ...{ a: pure(GOES_ON), b: { ...b, ...more }, ...others, z: pure(after('b')) },
  });
  return { base: version({}), candidate: version(after('a')), rest: { ...output, state: { n: 0 }, ...rest } };
};

/** The same, in a body. */
const within = (hold: (tasks: JsonObject) => JsonObject, b: JsonObject, others: JsonObject = {}): Versions => {
  const version = (more: JsonObject): JsonObject => ({
    h: hold({ a: pure(GOES_ON), b: { ...b, ...more }, c: pure(after('a', 'b')), ...others }),
    z: pure(after('h')),
  });
  return { base: version({}), candidate: version(after('a')), rest: { ...output, state: { n: 0 } } };
};

describe('what is late looks at variables', () => {
  const set = { d: SETS };
  table([
    ['it does not', 'proved', delayed(write(), set)],
    ['its condition', 'delay_is_seen', delayed(write(IS_SET), set)],
    ['a switch', 'delay_is_seen', delayed({ switch: [{ ...IS_SET, goto: 'c' }] }, { ...set, c: pure() })],
    ['a map', 'delay_is_seen', delayed(over('${[state.n]}', { i: pure() }), set)],
    ['something in it', 'delay_is_seen', delayed(group({ i: pure(), j: write(IS_SET) }), set)],
    ['something after it', 'delay_is_seen', delayed(pure(), { ...set, c: write({ ...after('b'), ...IS_SET }) })],
    [
      'something after that',
      'delay_is_seen',
      delayed(pure(), {
        ...set,
        c: { ...group({ i: pure() }), ...after('b') },
        y: write({ ...after('c'), ...IS_SET }),
      }),
    ],
    ['something that it chooses', 'delay_is_seen', delayed({ switch: [{ goto: 'c' }] }, { ...set, c: write(IS_SET) })],
    ['the mapping around', 'delay_is_seen', within((tasks) => ({ tasks, output: { n: '${state.n}' } }), pure())],
    [
      'what comes after what holds it',
      'delay_is_seen',
      (() => {
        const { base, candidate, ...rest } = within((tasks) => group(tasks), pure());
        const y = write({ ...after('h'), ...IS_SET });
        return { base: { ...base, y }, candidate: { ...candidate, y }, ...rest };
      })(),
    ],
    [
      'the next item',
      'delay_is_seen',
      within((tasks) => over('${[1, 2]}', tasks, { concurrency: 1 }), pure(), { s: pure(IS_SET) }),
    ],
    ['not what is beside it', 'proved', within((tasks) => group(tasks), pure(), { s: pure(IS_SET) })],
    [
      'it sets one',
      'delay_is_seen',
      delayed(over('${[]}', { i: pure() }, {}) && { ...over('${input.x}', { i: pure() }), set: { n: 1 } }),
    ],
  ]);
});

describe('what is late can be told by others', () => {
  const racing = (tasks: JsonObject): JsonObject => ({ race: tasks });
  table([
    ['of events', 'delay_is_seen', delayed(event, { c: event })],
    ['in a race', 'delay_is_seen', within(racing, over('${[]}', { i: write() }), { w: write() })],
    [
      'in what is in a race',
      'delay_is_seen',
      within((tasks) => racing({ g: group(tasks), o: pure() }), over('${[]}', { i: write() })),
    ],
    ['as a whole race', 'proved', delayed(racing({ i: pure(), j: pure() }))],
    [
      'before what waits for any',
      'delay_is_seen',
      delayed(pure(), { c: pure(), y: pure({ ...after('b', 'c'), join: 'any' }) }),
    ],
    [
      'before what waits for all that completed',
      'proved',
      delayed(pure(), { c: pure(), y: pure({ ...after('b', 'c'), join: 2 }) }),
    ],
    ['in a workflow with a timeout', 'delay_is_seen', delayed(pure(), {}, { timeout: 9 })],
    ['in a construct with one', 'delay_is_seen', within((tasks) => group(tasks, { timeout: 9 }), pure())],
    ['with a timeout of its own', 'proved', delayed(pure({ timeout: 9 }))],
    ['where the first failure ends all', 'delay_is_seen', delayed(pure(), {}, { fail_fast: true })],
  ]);
});

test('what is late in a construct with a timeout is not covered by what is late before it', () => {
  const version = (more: JsonObject, inner: JsonObject): JsonObject => ({
    ...{ a: pure(GOES_ON), b: pure(more) },
    g: group({ c: pure(GOES_ON), d: pure(inner), e: pure(after('c', 'd')) }, { ...after('b'), timeout: 9 }),
    z: pure(after('g')),
  });
  const versions: Versions = { base: version({}, {}), candidate: version(after('a'), after('c')), rest: output };
  expect(verdict(versions)).toBe('delay_is_seen');
  expect(verdict({ ...versions, candidate: version(after('a'), {}) })).toBe('proved');
});

describe('what is late may have failed at once', () => {
  const trying = (tasks: JsonObject): JsonObject => ({ try: tasks, catch: { k: pure() } });
  const announced = ({ base, candidate, rest = {} }: Versions): readonly FailureChange[] => {
    const question = { base: compile(base, rest), candidate: compile(candidate, rest), facts: NO_FACTS };
    const claim = { level: 'success-equivalent', stands: {}, gone: {}, policies: {} } as const;
    const checked = check({ ...question, claim });
    return checked.ok ? checked.value.changesOnFailure : [];
  };
  table([
    ['which is caught, and cancels nothing', 'proved', within(trying, pure())],
    ['which is caught, and cancels a wait', 'delay_is_seen', within(trying, pure(), { d: approval })],
    [
      'which is caught, and cancels other items',
      'delay_is_seen',
      within((tasks) => trying({ m: over('${[1, 2]}', tasks) }), pure()),
    ],
  ]);

  test('which cancels waits, but not its own', () => {
    const waits = delayed(group({ i: approval }), { c: approval, d: { workflow: { name: 'child' } } });
    expect(announced(waits)).toEqual([
      { is: 'runs_anyway', task: '/c', although: '/b' },
      { is: 'runs_anyway', task: '/d', although: '/b' },
    ]);
  });

  test('which cancels other items', () => {
    expect(announced(within((tasks) => over('${[1, 2]}', tasks), pure()))).toEqual([
      { is: 'runs_anyway', task: '/h', although: '/h/b' },
    ]);
    expect(announced(within((tasks) => group(tasks), pure()))).toEqual([]);
  });
});

test('what waited for a duplicate is not late when it waits for its twin', () => {
  const a = pure({ input: { n: 1 } });
  const d = write({ ...IS_SET, ...after('a') });
  const claim = { gone: { '/b': { is: 'duplicate', of: '/a' } } } as const;
  const rest = { ...output, state: { n: 0 } };
  const base = { a, b: a, c: pure(after('a')), d: { ...d, ...after('b') }, z: pure(after('c', 'd')) };
  const candidate = { a, c: pure(after('a')), d, z: pure(after('c', 'd')) };
  const question = { base: compile(base, rest), candidate: compile(candidate, rest), facts: NO_FACTS };
  const checked = check({ ...question, claim: { level: 'success-equivalent', stands: {}, policies: {}, ...claim } });
  expect(checked.ok).toBe(true);
});

describe('an order that goes', () => {
  /** The edge of `b` to `a` goes. */
  const freed = (a: JsonObject, b: JsonObject, others: JsonObject, rest: JsonObject = {}): Versions => {
    const version = (more: JsonObject): JsonObject => ({
      a,
      b: { ...b, ...more },
      ...others,
      z: pure(after('a', 'b')),
    });
    return { base: version(after('a')), candidate: version({}), rest: { ...output, state: { n: 0 }, ...rest } };
  };
  const counted = (b: JsonObject, more: JsonObject = {}): Versions => {
    const join = pure({ ...after('o', 'w'), join: 2, ...more });
    const version = (needs: JsonObject): JsonObject => ({
      ...{ o: pure(), w: write(), d: join, b: { ...b, ...needs }, z: pure(after('d', 'b')) },
    });
    return { base: version(after('d', 'o')), candidate: version(after('o')), rest: output };
  };
  const any = pure({ ...after('a', 'c'), join: 'any' });
  table([
    ['that held only where a step in the middle ran', 'order_of_effects', counted(write())],
    ['the same, before what a group holds', 'order_of_effects', counted(group({ i: pure(), j: write() }))],
    [
      'the same, before what follows',
      'order_of_effects',
      (() => {
        const { base, candidate, ...rest } = counted(pure());
        const y = write(after('b'));
        return { base: { ...base, y }, candidate: { ...candidate, y }, ...rest };
      })(),
    ],
    ['the same, for all executions', 'order_changed', { ...counted(write(), GOES_ON), claim: { level: 'identical' } }],
    [
      'that is told by a write and a step that waits for any',
      'race_made_visible',
      freed(pure(), read(), { c: write(), y: any }),
    ],
    ['that nothing but the step could tell', 'proved', freed(pure(), pure(), { c: write(), y: any })],
    ['of reads, beside an approval', 'race_made_visible', freed(read(), read(), { d: approval })],
    ['of reads, beside a pause', 'race_made_visible', freed(read(), read(), { d: { wait: { seconds: 1 } } })],
    ['of reads, before an approval', 'proved', freed(read(), read(), { d: { ...approval, ...after('a', 'b') } })],
    [
      'after which a condition is asked',
      'race_made_visible',
      freed(pure(), SETS, { d: write({ ...after('a'), ...IS_SET }) }),
    ],
    [
      'after which a switch is decided',
      'race_made_visible',
      freed(pure(), SETS, { d: { switch: [{ ...IS_SET, goto: 'y' }], ...after('a') }, y: write() }),
    ],
    [
      'after which a limit is',
      'race_made_visible',
      freed(pure(), SETS, { d: write({ ...after('a'), concurrency_key: '${state.n}' }) }),
    ],
    [
      'after which a key is',
      'race_made_visible',
      freed(pure(), SETS, { d: pure({ ...after('a'), cache: { ttl: 1, key: '${state.n}' } }) }),
    ],
    [
      'after which something is set at once',
      'race_made_visible',
      freed(pure(), pure({ input: { n: '${state.n}' } }), {
        d: { ...over('${[]}', { i: pure() }), ...after('a'), set: { n: 1 } },
      }),
    ],
    [
      'after which a task sets something, some time',
      'proved',
      freed(pure(), pure({ input: { n: '${state.n}' } }), { d: pure({ ...after('a'), set: { n: 1 } }) }),
    ],
    [
      'after which an input is worked out, some time',
      'proved',
      freed(pure(), SETS, { d: pure({ ...after('a'), input: { n: '${state.n}' } }) }),
    ],
    ['beside which a condition is asked', 'proved', freed(pure(), SETS, { d: write(IS_SET) })],
  ]);
});
