import type { Json, JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS, type Claim, type Facts } from '../../src/llm/optimizer/ir/index.js';
import type { Claimed } from './oracle/index.js';

const kept = (
  [base, candidate]: readonly [tasks: JsonObject, tasks: JsonObject],
  claim: Partial<Claim> = {},
  facts: Partial<Facts> = {},
): Claimed => {
  const documentOf = (tasks: JsonObject): JsonObject => ({ name: 'kept', output: {}, state: { x: 0 }, tasks });
  return {
    ...{ base: documentOf(base), candidate: documentOf(candidate) },
    claim: { level: 'success-equivalent', stands: {}, gone: {}, policies: {}, ...claim },
    facts: { ...NO_FACTS, ...facts },
  };
};

const task = (type: string, input: Json = {}, more: JsonObject = {}): JsonObject => ({
  type: `t/${type}`,
  input,
  ...more,
});
const on = (...depends_on: string[]): JsonObject => ({ depends_on });

const lookAt = (id: string): JsonObject => ({ [`of_${id}`]: `\${tasks.${id}.output}` });

const chosen = (before: string): JsonObject => ({
  ...{
    b: task('put'),
    c: task('choose'),
    d: { switch: [{ goto: 'e' }] },
    e: { switch: [{ goto: 'f' }], ...on(before) },
  },
  f: { tasks: { g: { workflow: { name: 'child' } } } },
});
const CHOSEN = [chosen('b'), chosen('c')] as const;

const hurried = (more: JsonObject): JsonObject => ({
  ...{ a: { approval: {} }, b: task('format'), c: { switch: [{ goto: 'e' }], ...more }, e: task('send') },
  f: task('log', { ...lookAt('a'), ...lookAt('c') }, { join: 'any' }),
});
const HURRIED = [hurried({}), hurried(on('b'))] as const;

const assigning = (more: JsonObject): JsonObject => ({
  ...{ b: task('send'), c: task('look', { n: '${tasks.b.output.n}', x: '${state.x}' }) },
  d: { race: { e: task('fetch', {}, { when: '${tasks.b.output.ok}' }) }, set: { x: 5 }, ...more },
});
const empty = (x: number): JsonObject => ({ map: { over: [] }, tasks: { i: task('put') }, set: { x } });
const ASSIGNING = [assigning({}), assigning(on('c'))] as const;

/** What is late reads what another has assigned meanwhile. */
const late = (who: JsonObject, others: JsonObject = {}): readonly [JsonObject, JsonObject] => {
  const version = (more: JsonObject): JsonObject => ({
    ...{ a: task('compute'), b: task('format', {}, { set: { x: 1 } }), c: { ...who, ...more }, ...others },
  });
  return [version({}), version(on('a'))];
};
const IS_SET = { when: '${state.x == 1}' };

const hasty = (more: JsonObject): JsonObject => ({
  a: {
    timeout: 100,
    tasks: {
      b: task('format', {}, { on_error: 'continue' }),
      c: task('send', {}, { ...more, compensate: task('send') }),
    },
  },
});

const competing = (more: JsonObject): JsonObject => ({
  ...{ a: task('compute'), b: { event: { name: 'paid' }, ...more }, c: { event: { name: 'paid' } } },
  d: task('send', lookAt('b')),
});

const racing = (more: JsonObject): JsonObject => ({
  a: {
    race: {
      ...{ b: task('compute', {}, { on_error: 'continue' }), c: task('format', {}, on('b')), d: task('send') },
      e: { map: { over: [] }, tasks: { f: task('send') }, ...more },
    },
  },
});

/** Something that fails as soon as it may begin, and something that waits. */
const failingAtOnce = (more: JsonObject): JsonObject => ({
  ...{ a: task('compute', {}, { on_error: 'continue' }), d: { approval: {} }, e: task('send', {}, on('d')) },
  b: { tasks: { c: task('format', {}, { when: '${input.nothing.x}' }) }, output: {}, ...more },
});
const caught = (more: JsonObject): JsonObject => ({ t: { try: failingAtOnce(more), catch: { f: task('log') } } });

/** A workflow that goes on when the step that started it is over. */
const leaving = (before: string): JsonObject => ({
  ...{ a: task('put'), b: { workflow: { name: 'child', wait: false } } },
  c: task('look', {}, { when: "${tasks.b.status == 'completed'}", ...on(before) }),
});

/** A join of all that completed, in the middle. */
const counted = (more: JsonObject): JsonObject => ({
  ...{ b: task('choose'), c: task('send'), d: task('choose', { ...lookAt('b'), ...lookAt('c') }, { join: 2 }) },
  e: task('send', lookAt('b'), more),
});

/** Which of two was over first, a step tells that waits for one of them. */
const watched = (more: JsonObject): JsonObject => ({
  ...{ a: task('compute'), b: task('look', {}, more), c: task('send') },
  d: task('format', { of_a: '${tasks.a.?output.?v.orValue(0)}' }, { ...on('c'), join: 'any' }),
});

const asked = (more: JsonObject): JsonObject => ({
  ...{ a: task('look'), b: task('fetch', {}, more), c: { approval: {} } },
});

/** With the end of the first, something looks at a variable before anything else can happen. */
const prompted = (more: JsonObject): JsonObject => ({
  ...{ a: task('compute'), b: task('format', {}, { set: { x: 1 }, ...more }) },
  c: task('send', {}, { ...on('a'), ...IS_SET }),
});

/**
 * What the oracle once found, as small as it could be made: by what went wrong. A predecessor that was skipped from upstream
 * neither carries nor blocks (semantics 8): that is behind most of them.
 */
export const KEPT: Readonly<Record<string, Claimed>> = {
  'an edge more makes a task run that would have been skipped': kept([
    { a: task('compute'), b: task('format'), c: task('choose', lookAt('b')), d: task('log', lookAt('c')) },
    { a: task('compute'), b: task('format'), c: task('choose', lookAt('b')), d: task('log', lookAt('c'), on('a')) },
  ]),
  'an edge that a path implies, written, makes a task run though the path was left': kept([
    { a: task('send'), b: task('put', {}, on('a')), c: task('choose', lookAt('b')), d: task('log', lookAt('c')) },
    {
      a: task('send'),
      b: task('put', {}, on('a')),
      c: task('choose', lookAt('b')),
      d: task('log', lookAt('c'), on('a')),
    },
  ]),
  'what is skipped now and failed before stands in the way no more': kept([
    {
      ...{ a: task('choose'), b: task('format'), c: task('send', lookAt('b')), d: task('compute') },
      e: task('book', {}, on('a', 'd')),
    },
    {
      ...{ a: task('choose'), b: task('format'), c: task('send', lookAt('b')), d: task('compute', {}, on('c')) },
      e: task('book', {}, on('a', 'd')),
    },
  ]),
  'an implied edge that is gone makes a task be skipped that ran': kept(
    [
      { a: task('log'), b: task('send'), c: task('put', lookAt('a'), on('b')), e: task('look', {}, on('b', 'c')) },
      { a: task('log'), b: task('send'), c: task('put', lookAt('a'), on('b')), e: task('look', {}, on('c')) },
    ],
    { level: 'identical' },
  ),
  'an implied edge that is gone makes a task run although that failed': kept([
    {
      a: task('compute'),
      b: task('format', {}, on('a')),
      c: task('fetch'),
      d: task('send', lookAt('c'), on('a', 'b')),
    },
    { a: task('compute'), b: task('format', {}, on('a')), c: task('fetch'), d: task('send', lookAt('c'), on('b')) },
  ]),
  'two reads are told apart by a write beside them': kept([
    { a: task('look'), b: task('fetch', {}, on('a')), c: task('log') },
    { a: task('look'), b: task('fetch'), c: task('log') },
  ]),
  'two equal writes are two instances': kept([
    {
      ...{ a: task('send'), b: task('send'), c: task('look', lookAt('b'), on('a', 'b')) },
      ...{ d: task('log', { ...lookAt('a'), ...lookAt('c') }, on('a')), e: task('send') },
    },
    {
      ...{ a: task('send'), b: task('send'), c: task('look', lookAt('b'), on('b')) },
      ...{ d: task('log', { ...lookAt('a'), ...lookAt('c') }, on('a')), e: task('send') },
    },
  ]),
  'a workflow that a chosen switch chooses is after what the switch is after': kept(CHOSEN),
  'a switch that was over before anything began is not what a join has to wait for': kept(HURRIED),
  'a construct that is over as soon as it may begin assigns before anybody reads': kept(ASSIGNING),
  'what is late finds a variable set: its condition': kept(late(task('send', {}, IS_SET))),
  'what is late finds a variable set: a switch': kept(
    late({ switch: [{ ...IS_SET, goto: 'd' }] }, { d: task('send') }),
  ),
  'what is late finds a variable set: what a map goes over': kept(
    late({ map: { over: '${state.x > 0 ? [1] : []}' }, tasks: { d: task('send') } }),
  ),
  'what is late finds a variable set: something in it': kept(late({ tasks: { d: task('send', {}, IS_SET) } })),
  'who comes later to an event finds it taken': kept([competing({}), competing(on('a'))]),
  'what takes no time wins a race, unless it is late': kept([racing({}), racing(on('b'))]),
  'a failure that is late leaves time for an answer': kept([failingAtOnce({}), failingAtOnce(on('a'))]),
  'a failure that is late and caught leaves time for an answer': kept([caught({}), caught(on('a'))]),
  'an order that held only where a step in the middle ran': kept([counted(on('d')), counted({})]),
  'a read and a write tell which of two was over first, of which one prompts a step': kept([
    watched(on('a')),
    watched({}),
  ]),
  'two reads are told apart by an answer beside them': kept([asked(on('a')), asked({})]),
  'what is asked with the end of a task is asked before what follows it': kept([prompted(on('a')), prompted({})]),
  'two constructs that are over at once assign in the order in which they are written': kept(
    [
      { a: empty(2), c: empty(4), e: task('format', { v1: '${state.x}' }) },
      { c: empty(4), e: task('format', { v1: '${state.x}' }), a: empty(2) },
    ],
    { level: 'identical' },
  ),
  'a text tells the order in which the outputs of a construct are written': kept(
    [
      { a: { tasks: { b: task('put'), c: task('put') } }, e: task('format', { text: 'it says ${tasks.a.output}' }) },
      { a: { tasks: { c: task('put'), b: task('put') } }, e: task('format', { text: 'it says ${tasks.a.output}' }) },
    ],
    { level: 'identical' },
  ),
  'a delay that is remembered delays nothing': kept([
    { e: task('book', {}, { cache: { ttl: 60 } }), f: { type: 'core/delay' }, h: task('send', lookAt('f')) },
    {
      e: task('book', {}, { cache: { ttl: 60 } }),
      f: { type: 'core/delay', cache: { ttl: 60 } },
      h: task('send', lookAt('f')),
    },
  ]),
  'who waits for less is undone when the time is over': kept([hasty(on('b')), hasty({})]),
  'what a workflow does that nobody waits for is seen between two that may come in any order': kept(
    [leaving('a'), leaving('b')],
    {},
    { unordered: [{ scope: '', tasks: ['a', 'c'] }] },
  ),
  'a task that says of its effects what facts did not': kept(
    [{ a: task('log') }, { a: task('log', {}, { effects: 'write' }) }],
    { level: 'identical' },
    { effects: { 't/log': 'pure' } },
  ),
  'a name is gone, and a condition is a negation': kept(
    [
      { a: task('format'), b: task('format', {}, { when: '${!input.flag}' }) },
      { b: task('format', {}, { when: '${!input.flag}' }) },
    ],
    { gone: { '/a': { is: 'duplicate', of: '/b' } } },
  ),
  'a name is gone, and a condition has a number': kept(
    [
      { a: task('compute'), c: task('book', {}, { when: '${input.n > 0}' }), f: task('compute') },
      { a: task('compute'), c: task('book', {}, { when: '${input.n > 0}' }) },
    ],
    { gone: { '/f': { is: 'duplicate', of: '/a' } } },
  ),
};
