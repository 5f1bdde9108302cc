import type { Json, JsonObject } from '../../src/kernel/index.js';

/* Workflows in which everything happens at which a process can die. */

const n = '${input.n}';
const effect = (more: object = {}) => ({ type: 'test/effect', input: { n }, ...more });

const inner = {
  name: 'inner',
  version: '1.0.0',
  tasks: {
    a: effect(),
    b: effect({ depends_on: ['a'] }),
    c: effect({ depends_on: ['a'] }),
    d: effect({ depends_on: ['b', 'c'] }),
  },
  output: { n },
};

const tasks = {
  each: {
    map: { over: '${[1, 2, 3]}', as: 'row', concurrency: 2 },
    tasks: {
      one: effect({ input: { n: '${row}' }, set: { total: '${state.total + output.n}' } }),
      two: effect({ input: { n: '${row * 10.0}' }, depends_on: ['one'] }),
    },
    output: '${tasks.two.output.n}',
  },
  again: {
    loop: { while: '${index < 3}', max_iterations: 5 },
    tasks: { turn: effect({ input: { n: '${index}' } }) },
    output: '${tasks.turn.output.n}',
  },
  guard: {
    try: { bad: { type: 'test/refuse' } },
    catch: { mend: effect() },
    finally: { tidy: effect() },
  },
  saga: {
    try: {
      book: effect({ compensate: effect() }),
      reserve: effect({ depends_on: ['book'], compensate: effect() }),
      pay: { type: 'test/refuse', depends_on: ['reserve'] },
    },
    catch: { sorry: effect() },
  },
  first: { race: { quick: effect(), slow: { wait: { seconds: 3600 } } } },
  child: { workflow: { name: 'inner', input: { n }, wait: true }, depends_on: ['each'] },
  nap: { wait: { seconds: 0.05 } },
  flaky: { type: 'test/flaky', retry_policy: { max_retries: 3, initial_delay: 0.02, jitter: 0 } },
  kept: effect({ compensate: effect(), concurrency_key: 'shop' }),
  known: effect({ input: {}, cache: { key: 'one for all', ttl: 3600 } }),
  paid: { event: { name: 'paid', match: '${event.n == input.n}' }, depends_on: ['nap'] },
  ok: { approval: { by: ['ops'] }, depends_on: ['again'] },
  tell: effect({ input: { n, url: '${tasks.hook.callback_url}' } }),
  hook: { webhook: {}, depends_on: ['tell'] },
  after: effect({ input: { n: '${tasks.paid.output.n}' }, depends_on: ['ok', 'child', 'hook', 'kept', 'flaky'] }),
};

const output = {
  each: '${tasks.each.output}',
  again: '${tasks.again.output}',
  mend: '${tasks.guard.output.mend.n}',
  winner: '${tasks.first.output.winner}',
  child: '${tasks.child.output.n}',
  approved: '${tasks.ok.output.approved}',
  hook: '${tasks.hook.output.n}',
  after: '${tasks.after.output.n}',
  total: '${state.total}',
};

const state = { total: 0, note: '' };
const everything = { name: 'everything', version: '1.0.0', state, tasks, output };
const later = {
  ...everything,
  version: '1.1.0',
  tasks: { ...tasks, extra: effect({ depends_on: ['after'] }) },
  output: { ...output, extra: '${tasks.extra.output.n}' },
};

/** Fails and undoes what it did; with `/bad` skipped it goes on. */
const failing = {
  name: 'failing',
  version: '1.0.0',
  tasks: {
    a: effect({ compensate: effect() }),
    b: effect({ depends_on: ['a'], compensate: effect() }),
    bad: { type: 'test/refuse', depends_on: ['b'] },
    end: effect({ depends_on: ['bad'] }),
  },
  output: { n: '${tasks.end.output.n}' },
};

export const DOCUMENTS: readonly object[] = [inner, everything, later, failing];

/** What an execution of a workflow, in that version, comes to when it completes. */
export const expectedOutput = (workflow: { name: string; version: string }, input: JsonObject): Json => {
  const about = { n: input.n as number };
  if (workflow.name !== 'everything') return about;
  const { n: value } = about;
  return {
    ...{ each: [10, 20, 30], again: 2, mend: value, winner: 'quick', child: value },
    ...{ approved: true, hook: value, after: value, total: 6 },
    ...(workflow.version === '1.1.0' && { extra: value }),
  };
};
