import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { hashOfFacts, NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { after, compile, output, pure, read, reading, table, write, type Versions } from './versions.js';

/** What a task says, and what follows it. */
const changed = (one: object, other: object, more: Partial<Versions> = {}): Versions => ({
  base: { a: one as never, z: pure(after('a')) },
  candidate: { a: other as never, z: pure(after('a')) },
  rest: output,
  ...more,
});
const claimed = (one: object, other: object, ...policies: readonly string[]): Versions =>
  changed(one, other, { claim: { level: 'policy-change', policies: { '/a': policies as never } } });
const ofWorkflow = (more: object, ...policies: readonly string[]): Versions =>
  changed(pure(), pure(), {
    restOfCandidate: { ...output, ...more },
    claim: { level: 'policy-change', policies: { '': policies as never } },
  });

const same = { a: pure(), z: pure(after('a')) };

describe('what two versions say', () => {
  table([
    [
      'the workflow has another name',
      'workflow_changed',
      changed(pure(), pure(), { restOfCandidate: { ...output, name: 'v' } }),
    ],
    [
      'handlers of the workflow that stand in no task',
      'task_changed',
      { base: same, candidate: same, rest: output, restOfCandidate: { ...output, on_error: 'continue' } },
    ],
    ['another name of a task', 'task_changed', changed(pure({ name: 'one' }), pure({ name: 'other' }))],
    [
      'a cache, identical',
      'cache_changed',
      changed(pure(), pure({ cache: { ttl: 60 } }), { claim: { level: 'identical' } }),
    ],
    [
      'a cache with a key of its own that goes',
      'cache_changed',
      changed(pure({ input: { n: 1 }, cache: { ttl: 60, key: 'k' } }), pure({ input: { n: 1 } })),
    ],
    [
      'what it states of its effects, where facts say so, too',
      'task_changed',
      changed(write(), write({ effects: 'write' }), { facts: { effects: { 'x/write': 'pure' } } }),
    ],
    [
      'another variable',
      'task_changed',
      {
        ...changed(pure({ set: { n: 1 } }), pure({ set: { n: 2 } })),
        rest: { ...output, state: { n: 0 } },
      },
    ],
    [
      'other first values of variables',
      'scope_changed',
      changed(pure(), pure(), {
        rest: { ...output, state: { n: 0 } },
        restOfCandidate: { ...output, state: { n: 1 } },
      }),
    ],
    ['a task that becomes a group', 'added_task', changed(pure(), { tasks: { i: pure() } })],
    ['a task that stands for another', 'moved_task', changed(pure(), pure(), { claim: { stands: { '/a': '/z' } } })],
    [
      'waiting for any instead of all',
      'join_changed',
      {
        base: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
        candidate: { a: pure(), b: pure(), z: pure({ ...after('a', 'b'), join: 'any' }) },
        rest: output,
      },
    ],
    [
      'waiting for any of others',
      'join_changed',
      {
        base: { a: pure(), b: pure(), z: pure({ ...after('a', 'b'), join: 'any' }) },
        candidate: { a: pure(), b: pure(), z: pure({ ...after('a'), join: 'any' }) },
        rest: output,
      },
    ],
  ]);
});

describe('the same, written in another order', () => {
  const turned = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).reverse());
  const both = (tasks: JsonObject, more: Partial<Versions> = {}): Versions => ({
    base: tasks,
    candidate: turned(tasks),
    ...{ rest: output, claim: { level: 'identical' }, ...more },
  });
  const told = pure({ input: { text: 'it says ${tasks.g.output}' } });
  const inside = (tasks: JsonObject, more: JsonObject = {}): Versions => ({
    base: { g: { tasks, ...more }, z: told },
    candidate: { g: { tasks: turned(tasks), ...more }, z: told },
    ...{ rest: output, claim: { level: 'identical' } },
  });
  const two = { x: 1, y: '${input.n}' };
  table([
    ['tasks, where the output is mapped', 'proved', both({ a: pure(), b: pure(), z: pure() })],
    ['tasks that are leaves', 'output_changed', both({ a: pure(), b: pure(), z: pure() }, { rest: {} })],
    ['the same, by success', 'output_changed', both({ a: pure(), z: pure() }, { rest: {}, claim: {} })],
    ['the same, in a fix', 'output_changed', both({ a: pure(), z: pure() }, { rest: {}, claim: { level: 'fix' } })],
    ['leaves of a body whose output is told', 'output_changed', inside({ a: pure(), b: pure() })],
    ['a leaf, and what is none', 'proved', inside({ a: pure(), b: pure(after('a')) })],
    ['tasks of a body whose output is mapped', 'proved', inside({ a: pure(), b: pure() }, { output: { a: 1 } })],
    ['an input', 'task_changed', changed(pure({ input: two }), pure({ input: turned(two) }))],
    ['a constant input', 'task_changed', changed(pure({ input: { x: 1, y: 2 } }), pure({ input: { y: 2, x: 1 } }))],
    ['an input, beside a policy', 'task_changed', claimed(pure({ input: two }), pure({ input: turned(two) }))],
    ['an output', 'output_changed', ofWorkflow({ output: { y: 1, x: '${tasks.z.output}' } })],
    [
      'an output that is spelled out',
      'output_changed',
      {
        ...{ base: { a: pure(), z: pure() }, candidate: { a: pure(), z: pure() } },
        restOfCandidate: { output: { z: '${tasks.z.output}', a: '${tasks.a.output}' } },
      },
    ],
    [
      'variables',
      'scope_changed',
      both(
        { z: pure() },
        { rest: { ...output, state: { n: 0, m: 0 } }, restOfCandidate: { ...output, state: { m: 0, n: 0 } } },
      ),
    ],
    [
      'properties of the input, which may have defaults',
      'workflow_changed',
      both(
        { z: pure() },
        {
          rest: { ...output, input_schema: { properties: { n: { default: 1 }, m: { default: 2 } } } },
          restOfCandidate: { ...output, input_schema: { properties: { m: { default: 2 }, n: { default: 1 } } } },
        },
      ),
    ],
    ['fields of a task', 'proved', both({ z: pure() }, { candidate: { z: turned(pure({ input: {} })) } })],
  ]);
});

describe('policies and fixes', () => {
  const retry_policy = { max_retries: 2 };
  const limit = { concurrency_key: 'k', concurrency: 2 };
  table([
    [
      'a timeout in a fix',
      'policy_changed',
      changed(pure(), pure({ timeout: 5 }), { claim: { level: 'fix', policies: { '/a': ['timeout'] } } }),
    ],
    ['a timeout beside the claim', 'policy_changed', claimed(pure(), pure({ timeout: 5 }), 'priority')],
    ['retries, as claimed', 'proved', claimed(pure(), pure({ retry_policy }), 'retry_policy')],
    ['a priority beside the claim', 'policy_changed', claimed(pure(), pure({ priority: 5 }), 'timeout')],
    ['a priority, as claimed', 'proved', claimed(pure(), pure({ priority: 5 }), 'priority')],
    ['a cache beside the claim', 'policy_changed', claimed(pure(), pure({ cache: { ttl: 60 } }), 'timeout')],
    ['a cache, as claimed', 'proved', claimed(read(), read({ cache: { ttl: 60 } }), 'cache')],
    ['a limit beside the claim', 'policy_changed', claimed(pure(), pure(limit), 'timeout')],
    ['a limit, as claimed', 'proved', claimed(pure(), pure(limit), 'concurrency')],
    [
      'of a group, as claimed',
      'proved',
      claimed({ tasks: { i: pure() } }, { tasks: { i: pure() }, concurrency: 2 }, 'concurrency'),
    ],
    [
      'of a map, as claimed',
      'proved',
      claimed(
        { map: { over: '${[1]}', as: 'i' }, tasks: { i: pure() } },
        { map: { over: '${[1]}', as: 'i', concurrency: 2 }, tasks: { i: pure() } },
        'concurrency',
      ),
    ],
    ['what it states of its effects', 'task_changed', claimed(pure(), pure({ effects: 'pure' }))],
    ['another name of the task', 'task_changed', claimed(pure({ name: 'one' }), pure({ name: 'other' }))],
    ['the timeout of the workflow', 'policy_changed', ofWorkflow({ timeout: 5 }, 'concurrency')],
    ['the timeout of the workflow, as claimed', 'proved', ofWorkflow({ timeout: 5 }, 'timeout')],
    ['the concurrency of the workflow', 'policy_changed', ofWorkflow({ concurrency: 5 }, 'timeout')],
    ['the concurrency of the workflow, as claimed', 'proved', ofWorkflow({ concurrency: 5 }, 'concurrency')],
    ['another name of the workflow', 'policy_changed', ofWorkflow({ name: 'v' })],
    ['what else the workflow says', 'policy_changed', ofWorkflow({ fail_fast: true })],
    ['another output', 'output_changed', ofWorkflow({ output: { x: '${tasks.a.output}' } })],
    [
      'a task less',
      'lost_task',
      {
        base: { a: pure(), dead: pure(), z: pure(after('a')) },
        candidate: same,
        rest: output,
        claim: { level: 'policy-change', gone: { '/dead': { is: 'dead' } } },
      },
    ],
    [
      'a task more',
      'added_task',
      { base: same, candidate: { ...same, b: pure() }, rest: output, claim: { level: 'fix' } },
    ],
    [
      'an edge more, as a policy',
      'edge_added',
      {
        base: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
        candidate: { a: pure(), b: pure(after('a')), z: pure(after('a', 'b')) },
        rest: output,
        claim: { level: 'policy-change' },
      },
    ],
    [
      'an edge more whose source was a leaf, when the output is spelled out',
      'proved',
      {
        base: { a: write(), b: write() },
        candidate: { a: write(), b: write(after('a')) },
        restOfCandidate: { output: { a: '${tasks.a.output}', b: '${tasks.b.output}' } },
        claim: { level: 'fix' },
      },
    ],
    [
      'any instead of all, as a fix',
      'join_changed',
      {
        base: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
        candidate: { a: pure(), b: pure(), z: pure({ ...after('a', 'b'), join: 'any' }) },
        rest: output,
        claim: { level: 'fix' },
      },
    ],
  ]);
});

describe('outputs that are spelled out', () => {
  const spelled = (tasks: object, ids: readonly string[], more: Partial<Versions> = {}): Versions => ({
    base: tasks as never,
    candidate: tasks as never,
    restOfCandidate: { output: Object.fromEntries(ids.map((id) => [id, `\${tasks.${id}.output}`])) },
    ...more,
  });
  const chosen = { s: { switch: [{ when: '${input.x > 1}', goto: 'a' }, { goto: 'b' }] }, a: pure(), b: pure() };
  const inside = (body: object, more: object): Versions => ({
    base: { g: body as never },
    candidate: { g: { ...body, output: { a: '${tasks.a.output}', b: '${tasks.b.output}' } } },
    rest: { output: {}, ...more },
  });
  const schema = { output_schema: { type: 'object' } };
  table([
    ['of all leaves', 'proved', spelled({ a: pure(), b: pure() }, ['a', 'b'])],
    ['identical', 'output_changed', spelled({ a: pure(), b: pure() }, ['a', 'b'], { claim: { level: 'identical' } })],
    ['of some leaves', 'output_changed', spelled({ a: pure(), b: pure() }, ['a'])],
    [
      'in the place of a mapping',
      'output_changed',
      spelled({ a: pure(), z: pure(after('a')) }, ['z'], { rest: { output: { a: '${tasks.a.output}' } } }),
    ],
    ['of a leaf that may not be chosen', 'output_changed', spelled(chosen, ['a', 'b'])],
    ['of a leaf whose failure is passed over', 'output_changed', spelled({ a: pure({ on_error: 'continue' }) }, ['a'])],
    ['of a group', 'proved', inside({ tasks: { a: pure(), b: pure() } }, {})],
    ['of a group, in a workflow that has a schema', 'proved', inside({ tasks: { a: pure(), b: pure() } }, schema)],
    [
      'which a schema would look at from now on',
      'output_changed',
      spelled({ a: pure() }, ['a'], {
        rest: schema,
        restOfCandidate: { output: { a: '${tasks.a.output}' }, ...schema },
      }),
    ],
  ]);
});

describe('a certificate', () => {
  const certificate = ({ base, candidate, rest = {}, restOfCandidate = rest, claim = {}, facts = {} }: Versions) => {
    const checked = check({
      base: compile(base, rest),
      candidate: compile(candidate, restOfCandidate),
      claim: { level: 'success-equivalent', stands: {}, gone: {}, policies: {}, ...claim },
      facts: { ...NO_FACTS, ...facts },
    });
    if (!checked.ok) throw new Error(checked.error.reason);
    return checked.value;
  };

  test('is of one base, one candidate and the facts that were known', () => {
    const facts = { effects: { 'x/read': 'pure' } } as const;
    const one = certificate(changed(pure(), pure({ priority: 5 }), { facts }));
    const back = certificate(changed(pure({ priority: 5 }), pure()));
    expect([one.base, one.candidate]).toEqual([back.candidate, back.base]);
    expect(one.base).not.toBe(one.candidate);
    expect([one.facts, back.facts]).toEqual([hashOfFacts({ ...NO_FACTS, ...facts }), hashOfFacts(NO_FACTS)]);
    expect(one.facts).not.toBe(back.facts);
  });

  test('says that an edge is implied, or that its source is gone', () => {
    const implied = certificate({
      base: { a: pure(), b: pure(after('a')), z: pure(after('a', 'b')) },
      candidate: { a: pure(), b: pure(after('a')), z: pure(after('b')) },
      rest: output,
    });
    expect(implied.droppedEdges).toEqual([{ from: '/a', to: '/z', because: 'implied' }]);
    const twins = { b: pure(), c: pure(), z: pure(after('b', 'c')) };
    const merged = certificate({
      base: { ...twins, y: pure({ input: { n: 1 } }), dead: pure({ input: { n: 2 } }) },
      candidate: { b: pure(), z: pure(after('b')), y: pure({ input: { n: 1 } }) },
      rest: output,
      claim: { gone: { '/c': { is: 'duplicate', of: '/b' }, '/dead': { is: 'dead' } } },
    });
    expect(merged.droppedEdges).toEqual([]);
    expect(merged.changesOnFailure).toEqual([{ is: 'fails_no_more', task: '/dead' }]);
  });

  test('says of failures only what may be, and all that follows', () => {
    const tolerated = certificate({
      base: { a: pure({ on_error: 'continue' }), b: pure(after('a')), z: pure(after('a', 'b')) },
      candidate: { a: pure({ on_error: 'continue' }), b: pure(), z: pure(after('a', 'b')) },
      rest: output,
    });
    expect(tolerated.changesOnFailure).toEqual([]);
    const chosen = (more: object) => ({
      a: pure(),
      b: pure({ on_error: { goto: 'h' }, ...more }),
      h: pure(),
      z: pure({ ...after('a'), input: { n: 1 } }),
    });
    const handled = certificate({ base: chosen(after('a')), candidate: chosen({}), rest: output });
    expect(handled.changesOnFailure.map(({ task }) => task)).toEqual(['/b', '/h']);
    const added = certificate({
      base: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
      candidate: { a: pure(), b: pure(after('a')), z: pure(after('a', 'b')) },
      rest: output,
    });
    expect(added.changesOnFailure.map(({ task }) => task)).toEqual(['/b', '/z']);
  });
});

describe('tasks that may not be gone', () => {
  const dead = (tasks: object, path = '/dead', rest: object = output): Versions => {
    const id = path.slice(path.lastIndexOf('/') + 1);
    const without = (from: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(from)
          .filter(([key]) => key !== id)
          .map(([key, value]) => [
            key,
            key === 'type' || Array.isArray(value) || typeof value !== 'object' ? value : without(value as never),
          ]),
      );
    return {
      base: { ...tasks, z: pure() },
      candidate: without({ ...tasks, z: pure() }) as never,
      rest: rest as never,
      claim: { gone: { [path]: { is: 'dead' } } },
    };
  };
  const caught = (on_error: unknown): Versions =>
    dead(
      {
        g: {
          tasks: { dead: pure({ on_error } as never), i: pure() },
          output: { i: '${tasks.i.output}' },
          on_error: 'continue',
        },
      },
      '/g/dead',
    );
  const twins = (one: object, other: object, more: Partial<Versions> = {}): Versions => ({
    base: {
      a: pure(),
      b: one as never,
      c: other as never,
      z: pure({ input: { b: '${tasks.b.output}', c: '${tasks.c.output}' } }),
    },
    candidate: { a: pure(), b: one as never, z: pure({ input: { b: '${tasks.b.output}', c: '${tasks.b.output}' } }) },
    rest: output,
    claim: { gone: { '/c': { is: 'duplicate', of: '/b' } } },
    ...more,
  });
  const chosen = (goto: readonly string[]): object => ({
    s: { switch: [{ when: '${input.x > 1}', goto: goto[0] }, { goto: goto[1] }] },
    o: pure({ input: { n: 3 } }),
  });
  const around = (extra: object, { base, candidate, ...more }: Versions): Versions => ({
    ...more,
    base: { ...extra, ...base },
    candidate: { ...extra, ...candidate },
  });
  table([
    [
      'identical',
      'lost_task',
      { ...dead({ dead: pure() }), claim: { level: 'identical', gone: { '/dead': { is: 'dead' } } } },
    ],
    ['from a race', 'race_changed', dead({ r: { race: { dead: pure(), i: pure() } } }, '/r/dead')],
    [
      'with all that only it needs: proved',
      'proved',
      {
        base: { d: pure(), e: pure(reading('d')), z: pure({ input: { n: 1 } }) },
        candidate: { z: pure({ input: { n: 1 } }) },
        rest: output,
        claim: { gone: { '/d': { is: 'dead' }, '/e': { is: 'dead' } } },
      },
    ],
    ['after an approval: nobody waits for it', 'proved', dead({ ok: { approval: {} }, dead: pure(after('ok')) })],
    ['when its failure is passed over', 'proved', caught('continue')],
    ['when its failure counts', 'failure_is_caught', caught('fail')],
    [
      'when some of its failures are passed over',
      'failure_is_caught',
      caught([{ class: 'timeout', then: 'continue' }]),
    ],
    [
      'when some of its failures count',
      'failure_is_caught',
      caught([{ class: 'timeout', then: 'fail' }, { then: 'continue' }]),
    ],
    [
      'a duplicate of what is dead',
      'duplicate_of_nothing',
      {
        base: { b: pure(), c: pure(), z: pure({ input: { n: 1 } }) },
        candidate: { z: pure({ input: { n: 1 } }) },
        rest: output,
        claim: { gone: { '/b': { is: 'dead' }, '/c': { is: 'duplicate', of: '/b' } } },
      },
    ],
    [
      'a duplicate of a duplicate',
      'proved',
      {
        base: {
          b: pure(),
          c: pure(),
          d: pure(),
          z: pure({ input: { c: '${tasks.c.output}', d: '${tasks.d.output}' } }),
        },
        candidate: { b: pure(), z: pure({ input: { c: '${tasks.b.output}', d: '${tasks.b.output}' } }) },
        rest: output,
        claim: { gone: { '/c': { is: 'duplicate', of: '/b' }, '/d': { is: 'duplicate', of: '/c' } } },
      },
    ],
    [
      'a duplicate of nothing',
      'duplicate_of_nothing',
      twins(pure(), pure(), { claim: { gone: { '/c': { is: 'duplicate', of: '/x' } } } }),
    ],
    [
      'a duplicate of a task elsewhere',
      'duplicate_of_nothing',
      {
        base: {
          g: { tasks: { b: pure() }, output: {} },
          h: { tasks: { b: pure(), c: pure() }, output: {} },
          z: pure(),
        },
        candidate: { g: { tasks: { b: pure() }, output: {} }, h: { tasks: { b: pure() }, output: {} }, z: pure() },
        rest: output,
        claim: { gone: { '/h/c': { is: 'duplicate', of: '/g/b' } } },
      },
    ],
    [
      'a duplicate that is read from inside',
      'proved',
      {
        base: { b: pure(), c: pure(), z: { tasks: { i: pure(reading('c')) } } },
        candidate: { b: pure(), z: { tasks: { i: pure(reading('b')) } } },
        rest: output,
        claim: { gone: { '/c': { is: 'duplicate', of: '/b' } } },
      },
    ],
    [
      'a duplicate that is waited for',
      'proved',
      {
        base: { b: pure(), c: pure(), z: write(after('c')) },
        candidate: { b: pure(), z: write(after('b')) },
        rest: output,
        claim: { gone: { '/c': { is: 'duplicate', of: '/b' } } },
      },
    ],
    [
      'a group like another',
      'not_a_duplicate',
      twins({ tasks: { i: pure() } }, { tasks: { i: pure({ input: { n: 1 } }) } }),
    ],
    [
      'what reads variables',
      'not_a_duplicate',
      twins(pure({ input: { n: '${state.n}' } }), pure({ input: { n: '${state.n}' } }), {
        rest: { ...output, state: { n: 0 } },
      }),
    ],
    ['when the other one is chosen', 'not_a_duplicate', around(chosen(['b', 'o']), twins(pure(), pure()))],
    [
      'when the other one waits for any',
      'not_a_duplicate',
      around({ x: pure() }, twins(pure({ ...after('a', 'x'), join: 'any' }), pure(after('a', 'x')))),
    ],
    [
      'when both wait for any',
      'still_needed',
      around(
        { x: pure() },
        twins(pure({ ...after('a', 'x'), join: 'any' }), pure({ ...after('a', 'x'), join: 'any' })),
      ),
    ],
    [
      'when both have a handler',
      'still_needed',
      around(
        { h: pure({ input: { n: 5 } }) },
        twins(pure({ on_error: { goto: 'h' } }), pure({ on_error: { goto: 'h' } })),
      ),
    ],
    [
      'when it is counted',
      'still_needed',
      {
        base: { a: pure({ input: { n: 1 } }), b: pure(), c: pure(), z: pure({ ...after('a', 'b', 'c'), join: 2 }) },
        candidate: { a: pure({ input: { n: 1 } }), b: pure(), z: pure({ ...after('a', 'b'), join: 2 }) },
        rest: output,
        claim: { gone: { '/c': { is: 'duplicate', of: '/b' } } },
      },
    ],
  ]);
});
