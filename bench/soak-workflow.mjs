const value = (input, more = {}) => ({ type: 'core/value', input, ...more });
const refuse = (more = {}) => ({ type: 'core/fail', input: { code: 'broken' }, ...more });

/** Every construct, two waits that somebody answers, an execution of its own, and something that is undone. */
export const CONSTRUCTS = {
  children: [{ name: 'soak-child', tasks: { a: value({ n: '${input.n}' }), b: value({ n: '${tasks.a.output.n}' }) } }],
  whole: {
    name: 'soak',
    state: { total: 0 },
    tasks: {
      each: {
        map: { over: '${[1, 2, 3, 4, 5]}', as: 'row', concurrency: 2 },
        tasks: { one: value({ row: '${row}' }, { set: { total: '${state.total + row}' } }) },
      },
      again: { loop: { while: '${index < 3}', max_iterations: 5 }, tasks: { turn: value({ n: '${index}' }) } },
      guard: { try: { bad: refuse() }, catch: { mend: value({ of: '${error.code}' }) }, finally: { tidy: value({}) } },
      saga: {
        try: {
          book: value({ n: 1 }, { compensate: value({ n: '${output.n}' }) }),
          pay: refuse({ depends_on: ['book'] }),
        },
        catch: { sorry: value({}) },
      },
      first: { race: { quick: value({}), never: { event: { name: 'never' } } } },
      flaky: {
        type: 'core/fail',
        input: { kind: 'transient', times: 1 },
        retry_policy: { initial_delay: 0.05, jitter: 0 },
      },
      child: { workflow: { name: 'soak-child', input: { n: '${input.n}' } } },
      nap: { wait: { seconds: 0.05 } },
      ok: { approval: {}, depends_on: ['again'] },
      got: { event: { name: 'soak' }, depends_on: ['nap'] },
      end: value({ n: '${tasks.got.output.n}' }, { depends_on: ['each', 'ok', 'child', 'flaky'] }),
    },
    output: { total: '${state.total}' },
  },
};
