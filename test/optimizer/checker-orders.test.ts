import { describe } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { after, output, pure, read, reading, table, write, type Versions } from './versions.js';

/** Two tasks whose order goes, others beside them, and `z` after all. */
const freed = (a: JsonObject, b: JsonObject, others: JsonObject = {}, more: Partial<Versions> = {}): Versions => {
  const last = pure(after('a', 'b', ...Object.keys(others)));
  return {
    base: { a, b: { ...b, ...after('a') }, ...others, z: last },
    candidate: { a, b, ...others, z: last },
    rest: { ...output, state: { n: 0 } },
    ...more,
  };
};

/** Two tasks that get an order. */
const ordered = (a: JsonObject, b: JsonObject, more: Partial<Versions> = {}): Versions => {
  const { base, candidate, ...rest } = freed(a, b);
  return { base: candidate, candidate: base, ...rest, ...more };
};

const setting = (type: (more: JsonObject) => JsonObject = pure): JsonObject => type({ set: { n: 1 } });
const looking = pure({ input: { n: '${state.n}' } });
const event = { event: { name: 'e', match: '${event.x == input.x}', within: 60 } };
const idempotent = { type: 'x/idempotent' };
const group = (tasks: JsonObject, more: JsonObject = {}): JsonObject => ({ tasks, output: {}, ...more });
const each = (tasks: JsonObject, more: JsonObject = {}): JsonObject => ({
  map: { over: '${[1, 2]}', as: 'i', ...more },
  tasks,
  output: {},
});
const call = (action: unknown): JsonObject => ({
  type: 'tekton/action',
  input: { component: 'c', action: action as string },
});

describe('what counts as an effect', () => {
  const calls = (action: unknown): Versions =>
    freed(
      call(action),
      call(action),
      {},
      { facts: { effects: { 'tekton/action c.x': 'pure', 'tekton/action c.undefined': 'pure' } } },
    );
  table([
    ['an event after another', 'order_of_effects', freed(event, event)],
    ['an order of two events that is new', 'order_is_new', ordered(event, event)],
    ['a pure task after an event', 'order_of_effects', freed(event, pure())],
    ['an event after a pure task', 'order_of_effects', freed(pure(), event)],
    ['after a webhook', 'order_of_effects', freed({ webhook: {} }, pure())],
    ['a pause after a pure task', 'order_of_effects', freed(pure(), { wait: { seconds: 1 } })],
    ['a sub-workflow', 'order_of_effects', freed({ workflow: { name: 'child' } }, read())],
    ['a sub-workflow is no pause', 'proved', freed({ workflow: { name: 'child' } }, pure())],
    ['what is undone later', 'order_of_effects', freed(pure({ compensate: pure() }), read())],
    ['what is idempotent, and a read', 'order_of_effects', freed(idempotent, read())],
    ['a read, and what is idempotent', 'order_of_effects', freed(read(), idempotent)],
    ['a variable that is set and read', 'order_of_effects', freed(setting(), looking)],
    ['a variable that is read and set', 'order_of_effects', freed(looking, setting())],
    ['a variable that is set twice', 'order_of_effects', freed(setting(), setting())],
    ['a variable that others may set from outside', 'order_of_effects', freed(write(), looking)],
    ['a variable that is set from outside later', 'order_of_effects', freed(looking, write())],
    ['a variable that two read', 'proved', freed(looking, looking)],
    ['a variable, and a read of something else', 'proved', freed(read(), looking)],
    ['what a component does that is known', 'proved', calls('x')],
    ['what a component does that is not known', 'order_of_effects', calls('y')],
    ['what a component does that is worked out', 'order_of_effects', calls('${input.x}')],
  ]);
});

describe('what somebody said of an order', () => {
  const commuting = [['x/write', 'y/write']] as const;
  const y = { type: 'y/write' };
  const unordered = (...tasks: readonly [string, string]): Partial<Versions> => ({
    facts: { unordered: [{ scope: '', tasks }] },
  });
  table([
    ['two actions that commute', 'proved', freed(write(), y, {}, { facts: { commuting } })],
    ['the same, the other way round', 'proved', freed(y, write(), {}, { facts: { commuting } })],
    ['an action does not commute with itself', 'order_of_effects', freed(y, y, {}, { facts: { commuting } })],
    ['two tasks', 'proved', freed(write(), write(), {}, unordered('a', 'b'))],
    ['the same, the other way round', 'proved', freed(write(), write(), {}, unordered('b', 'a'))],
    ['what a group holds', 'proved', freed(group({ i: write() }), group({ j: write() }), {}, unordered('a', 'b'))],
    ['others', 'order_of_effects', freed(write(), write(), { c: pure() }, unordered('a', 'c'))],
  ]);
});

describe('an order that is new', () => {
  const base = { a: pure({ on_error: 'continue' }), b: pure(), z: pure(after('a', 'b')) };
  const candidate = { ...base, b: pure(after('a')) };
  const counting = (more: JsonObject): JsonObject => ({
    ...{ a: pure(), b: pure(more), y: pure({ ...after('a', 'b'), join: 'any' }), z: pure() },
  });
  table([
    ['of writes', 'order_is_new', ordered(write(), write())],
    ['of reads', 'proved', ordered(read(), read())],
    ['identical', 'order_changed', { base, candidate, rest: output, claim: { level: 'identical' } }],
    [
      'before what waits for any',
      'delay_is_seen',
      { base: counting({}), candidate: counting(after('a')), rest: output },
    ],
  ]);
});

describe('an order that is seen', () => {
  const chosen = (more: JsonObject): JsonObject => ({
    ...{ a: pure(), s: { switch: [{ when: '${input.x > 1}', goto: 'y' }, { goto: 'o' }], ...more } },
    ...{ o: pure(), b: pure(), c: pure(), y: pure({ ...after('b', 'c'), join: 'any' }), z: pure() },
  });
  const chain = (more: JsonObject): JsonObject => ({
    ...{ a: pure(), b: pure(more), c: pure(reading('b')), d: pure() },
    ...{ y: pure({ ...after('c', 'd'), join: 'any' }), z: pure() },
  });
  const inside = (more: JsonObject): JsonObject => ({
    ...{ g: group({ a: pure(), b: pure(more) }), d: pure(), y: pure({ ...after('g', 'd'), join: 'any' }), z: pure() },
  });
  const beside = (more: JsonObject): JsonObject => ({
    ...{ a: pure(), g: { ...group({ b: pure(), c: pure(), y: pure({ ...after('b', 'c'), join: 'any' }) }), ...more } },
    ...{ z: pure(after('a', 'g')) },
  });
  const counting = (more: JsonObject): JsonObject => ({
    ...{ a: pure(), b: pure(more), y: pure({ ...after('a', 'b'), join: 2 }), z: pure() },
  });
  const dropped = (of: (more: JsonObject) => JsonObject): Versions => ({
    base: of(after('a')),
    candidate: of({}),
    rest: output,
  });
  table([
    ['by what the two choose', 'order_is_seen', dropped(chosen)],
    ['by what follows on both', 'order_is_seen', dropped(chain)],
    ['by what waits for what holds both', 'order_is_seen', dropped(inside)],
    ['but not by what is after the second only', 'proved', dropped(beside)],
    ['but not by what waits for all by their number', 'proved', dropped(counting)],
  ]);
});

describe('what is over at once, written in another order', () => {
  const turned = (tasks: JsonObject, more: Partial<Versions> = {}): Versions => ({
    base: tasks,
    candidate: Object.fromEntries(Object.entries(tasks).reverse()),
    ...{ rest: { ...output, state: { n: 0 } }, claim: { level: 'identical' }, ...more },
  });
  const none = (n: number): JsonObject => ({ map: { over: [] }, tasks: { i: pure() }, output: {}, set: { n } });
  const maybe = pure({ when: '${input.x > 1}' });
  table([
    ['two constructs that assign', 'written_order', turned({ a: none(1), b: none(2), z: looking })],
    ['the same, by success', 'written_order', turned({ a: none(1), b: none(2), z: looking }, { claim: {} })],
    ['two that a condition may skip', 'written_order', turned({ a: maybe, b: pure(), z: maybe })],
    ['a construct, and what a condition may skip', 'written_order', turned({ a: maybe, b: pure(), z: none(1) })],
    [
      'the last two of three',
      'written_order',
      {
        ...turned({}),
        base: { a: none(1), b: none(2), c: none(3), z: pure() },
        candidate: { a: none(1), c: none(3), b: none(2), z: pure() },
      },
    ],
    ['one of them, and attempts', 'proved', turned({ a: none(1), b: pure(), z: looking })],
    ['attempts alone', 'proved', turned({ a: write(), b: read(), z: looking })],
  ]);
});

describe('an order in a race', () => {
  const racing = (more: JsonObject): JsonObject => ({
    r: { race: { g: group({ a: pure({ on_error: 'continue' }), b: pure(more) }), c: pure() } },
    z: pure(after('r')),
  });
  const behind = (more: JsonObject): JsonObject => ({
    r: { race: { x: pure(), y: pure() } },
    b: pure(more),
    z: pure(),
  });
  table([
    ['within a group of it', 'race_changed', { base: racing(after('a')), candidate: racing({}), rest: output }],
    ['with what comes after it', 'proved', { base: behind(after('r')), candidate: behind({}), rest: output }],
  ]);
});

describe('an order that a third task tells', () => {
  const [readX, readY, writeY] = [read(), { type: 'y/read' }, { type: 'y/write' }];
  const commuting = [
    ['x/write', 'x/read'],
    ['y/write', 'y/read'],
  ] as const;
  const items = (more: JsonObject, of: JsonObject, how: JsonObject = {}): JsonObject => ({
    m: each({ ...of, ...more }, how),
    z: pure(after('m')),
  });
  const reads = (more: JsonObject): JsonObject => ({ a: read(), b: read(more), w: write(after('a', 'b')) });
  const nested = (more: JsonObject): JsonObject => ({ m: each({ g: group(reads(more)) }), z: pure(after('m')) });
  const mixed = (more: JsonObject): JsonObject =>
    items({}, { w: write(), p: pure(after('w')), b: read({ depends_on: ['w', ...(more.depends_on as string[])] }) });
  const outside = (more: JsonObject): JsonObject => ({
    ...{ m: each({ w: write() }), a: read(after('m')) },
    ...{ b: read({ depends_on: ['m', ...(more.depends_on as string[])] }), z: pure(after('a', 'b')) },
  });
  const before = (more: JsonObject): JsonObject => ({
    ...{ a: read(), b: read(more), m: { ...each({ w: write() }), ...after('a', 'b') }, z: pure(after('m')) },
  });
  const unordered = [{ scope: '', tasks: ['a', 'b'] as const }];
  const besides = (m: JsonObject): Versions => ({
    base: { a: write(), m, b: read(after('a', 'm')), z: pure(after('b')) },
    candidate: { a: write(), m, b: read(after('m')), z: pure(after('b')) },
    ...{ rest: output, facts: { unordered } },
  });
  const dropped = (of: (more: JsonObject) => JsonObject, before: string): Versions => ({
    base: of(after(before)),
    candidate: of(after()),
    rest: output,
  });
  table([
    [
      'through an order of two others',
      'race_made_visible',
      freed(readX, readY, { x: write(), y: { ...writeY, ...after('x') } }, { facts: { commuting } }),
    ],
    ['through variables', 'race_made_visible', freed(looking, looking, { s: setting() })],
    ['in a group of items', 'race_made_visible', dropped(nested, 'a')],
    ['but not of a pure task', 'proved', dropped(mixed, 'p')],
    ['but not when it was over before', 'proved', dropped(outside, 'a')],
    ['a workflow that goes on when its step is over', 'race_made_visible', besides({ workflow: { name: 'w' } })],
    ['but not a step that is over', 'proved', besides(write())],
    ['but not when it comes later', 'proved', dropped(before, 'a')],
  ]);
});
