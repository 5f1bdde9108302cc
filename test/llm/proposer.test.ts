import { afterAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import type { LlmUsage, LlmWorth } from '../../src/llm/ports/index.js';
import { seedOf } from '../world/random.js';
import { execution, failedRun, historyOf, ran } from '../optimizer/histories.js';
import { closeWorlds, makeClient, nextTurns, startDouble } from './client-world.js';
import * as models from './double/scripted-models.mjs';
import type { AnswerKey, ScriptedModel } from './double/scripted-models.mjs';
import {
  compile,
  ModelAtHand,
  proposerWith,
  requestFor,
  subjectOf,
  suggest,
  wordsOf,
  type Outcome,
} from './proposing.js';

afterAll(closeWorlds);

/** Reads, a gate that nobody needs, a chain of data, a write; its outputs are named. */
const DOCUMENT: JsonObject = {
  name: 'w',
  tasks: {
    a: { type: 'x/read' },
    b: { type: 'x/read', depends_on: ['a'] },
    c: { type: 'x/pure', input: { of: '${tasks.b.output}' } },
    d: { type: 'x/write', depends_on: ['c'] },
    e: { type: 'x/write', depends_on: ['d'] },
    f: { type: 'x/pure', input: { of: '${tasks.a.output}' } },
  },
  output: { c: '${tasks.c.output}', d: '${tasks.d.output}', e: '${tasks.e.output}', f: '${tasks.f.output}' },
};
const subject = subjectOf(DOCUMENT);

/** Task b fails every third time, and a second attempt helps. */
const history = historyOf(
  compile(DOCUMENT),
  Array.from({ length: 60 }, (_, n) =>
    execution([
      ...['/a', '/c', '/d', '/e', '/f'].map((step) => ran(step, 1000)),
      n % 3 === 0 ? failedRun('/b', 1000) : ran('/b', 1000),
    ]),
  ),
);

/** What rules do not do, and what is right here: b tries again. */
const retries: AnswerKey = ({ tasks }) => [
  {
    ops: [{ op: 'set_retry', task: tasks[1]?.alias, retry_policy: { max_retries: 2, initial_delay: 0.1 } }],
    why: 'T2 fails at times, and is only read.',
  },
  { ask: 'effects', task: tasks[3]?.alias, effects: 'idempotent', why: 'It may be safe to repeat.' },
];

const overHttp = async (model: ScriptedModel, more: Partial<Parameters<typeof suggest>[0]> = {}): Promise<Outcome> => {
  const double = await startDouble({ speaks: ['openai'] });
  double.model = model;
  const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'test-model' });
  return suggest({ subject, client, ...more, request: { history, goal: 'reliability', ...more.request } });
};

const atHand = (...answers: readonly (readonly unknown[])[]): ModelAtHand => {
  const waiting = [...answers];
  return new ModelAtHand(() => (waiting.shift() ?? []).map((line) => `${JSON.stringify(line)}\n`).join(''));
};

const without = ({ proposed }: Outcome): unknown[] =>
  proposed.map(({ is: _, ...one }) => JSON.parse(JSON.stringify(one)) as unknown);

describe('models over HTTP', () => {
  test('one that knows what is right adds to the rules, and asks what it can not know', async () => {
    const { offered, rules, questions, degraded, proposed } = await overHttp(models.oracle(retries));
    expect(offered).toHaveLength(rules.length + 1);
    expect(offered.at(-1)).toMatchObject({ level: 'policy-change', ops: [{ op: 'set_retry', task: '/b' }] });
    expect(questions).toEqual([
      {
        is: 'question',
        missing: { about: 'effects', task: '/d', action: 'x/write', effects: 'idempotent' },
        narrative: 'It may be safe to repeat.',
      },
    ]);
    expect(degraded).toEqual([]);
    expect(proposed[0]).toMatchObject({
      is: 'proposal',
      narrative: '/b fails at times, and is only read.',
      ...{ provider: 'openai-compatible', model: 'test-model' },
      promptVersion: expect.stringMatching(/^optimize\.v1@[0-9a-f]{64}$/) as unknown,
    });
  });

  test('a lazy one adds less, a silent one nothing; neither is a failure', async () => {
    const [one, none] = await Promise.all([overHttp(models.lazy(retries)), overHttp(models.silent())]);
    expect([one.offered.length - one.rules.length, one.questions.length, one.degraded]).toEqual([1, 0, []]);
    expect([none.offered, none.degraded]).toEqual([none.rules, []]);
  });

  test('the noisier, the less it adds; never anything that is wrong', async () => {
    const seed = seedOf('noisy models');
    const gains: number[] = [];
    for (const p of [0, 0.5, 1]) {
      let gained = 0;
      for (let round = 0; round < 6; round++) {
        const { offered, rules } = await overHttp(models.noisy(retries, p, seed + round));
        gained += offered.length - rules.length;
        for (const { ops, level } of offered.slice(rules.length)) {
          expect(level).toBe('policy-change');
          expect(ops).toMatchObject([{ op: 'set_retry', task: '/b' }]);
        }
      }
      gains.push(gained);
    }
    const [exact = 0, half = 0, blind = 0] = gains;
    expect(exact).toBe(6);
    expect(half).toBeLessThanOrEqual(exact);
    expect(blind).toBeLessThanOrEqual(exact);
  });

  test('with a hostile one the result is that of the rules, byte for byte', async () => {
    const seed = seedOf('hostile models');
    for (let round = 0; round < 5; round++) {
      const { offered, rules, refused, proposed } = await overHttp(models.adversary(seed + round));
      expect(JSON.stringify(offered)).toBe(JSON.stringify(rules));
      expect(refused.length).toBeGreaterThan(5);
      expect(JSON.stringify(proposed)).not.toMatch(/evil|javascript:|<img|\u202e/);
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('also one that is told to, in a workflow of which much could be broken', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `t${n}`,
        {
          type: ['x/pure', 'x/read', 'x/write'][n % 3] as string,
          ...(n > 0 && { input: { of: `\${tasks.t${n - 1}.output}` } }),
        },
      ]),
    );
    const long = subjectOf({ name: 'long', tasks: chain, output: { last: '${tasks.t29.output}' } });
    const { offered, rules } = await overHttp(models.adversary(seedOf('a hostile model and a chain')), {
      subject: long,
    });
    expect(offered).toEqual(rules);
  });

  const partial: AnswerKey = (data) => [...retries(data), { ask: 'order', task: 'T5', other: 'T4' }];

  test.each<[string, ScriptedModel, string, number]>([
    ['truncating', models.truncating(partial), 'truncated', 1],
    [
      'breaking off',
      models.breaking((data) => [...retries(data).slice(0, 1), { x: 'x'.repeat(900) }]),
      'unreachable',
      1,
    ],
    ['chatty', models.chatty(), 'unusable', 0],
    ['chatty without end', () => 'Well, then.\n'.repeat(200), 'unusable', 0],
    ['flooding', models.flooding(40 * 2 ** 20), 'failed', 0],
    ['refusing', () => ({ is: 'refusal', text: 'I can not help with that.' }), 'refused', 0],
    ['failing', () => ({ is: 'status', status: 500 }), 'failed', 0],
    ['barred', () => ({ is: 'status', status: 401 }), 'unauthorized', 0],
    ['limited', () => ({ is: 'status', status: 429, retryAfter: 60 }), 'rate_limited', 0],
    ['no API at all', () => ({ is: 'html' }), 'unreachable', 0],
    ['garbled', () => ({ is: 'garbage' }), 'unreachable', 0],
    ['gone', () => ({ is: 'reset' }), 'unreachable', 0],
  ])('%s: what came whole is used, and the rest is said', async (_, model, reason, gained) => {
    const { offered, rules, degraded } = await overHttp(model);
    expect(degraded).toEqual([reason]);
    expect(offered.length - rules.length).toBe(gained);
    expect(offered.slice(0, rules.length)).toEqual(rules);
  });
});

describe('time', () => {
  const inVirtualTime = async (model: ScriptedModel) => {
    const double = await startDouble({ speaks: ['openai'] });
    double.model = model;
    const timers = new VirtualTimers();
    const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' }, { timers });
    return { double, timers, client };
  };

  test.each([
    ['one that hangs', models.hanging()],
    ['one that is slow', models.slow(() => [{ why: 'x'.repeat(4000) }], 5)],
  ])('%s is left at the deadline', async (_, model) => {
    const { double, timers, client } = await inVirtualTime(model);
    const begun = timers.now();
    let ended: number | undefined;
    const answer = suggest({ subject, client, timers, request: { budget: { ms: 5000 } } }).finally(() => {
      ended = timers.now();
    });
    await double.asked(1);
    await nextTurns();
    timers.advance(4999);
    await nextTurns();
    expect(ended).toBeUndefined();
    timers.advance(100);
    const { degraded, offered, rules } = await answer;
    expect((ended as number) - begun).toBeLessThanOrEqual(5100);
    expect([degraded, offered]).toEqual([['deadline'], rules]);
  });

  test('who calls it off is not told anything more', async () => {
    const { double, timers, client } = await inVirtualTime(models.hanging());
    const abort = new AbortController();
    const answer = suggest({ subject, client, timers, signal: abort.signal });
    await double.asked(1);
    abort.abort(new Error('enough'));
    expect((await answer).proposed).toEqual([]);
  });

  test('a client that heeds no deadline is left all the same', async () => {
    const timers = new VirtualTimers();
    const deaf = new ModelAtHand(() => '');
    // eslint-disable-next-line require-yield -- it never comes to that
    deaf.lines = async function* () {
      await new Promise(() => undefined);
    };
    const answer = suggest({ subject, client: deaf, timers, request: { budget: { ms: 300 } } });
    await nextTurns();
    timers.advance(301);
    expect((await answer).degraded).toEqual(['deadline']);
  });
});

describe('lines', () => {
  const objections = async (...lines: readonly unknown[]): Promise<string[]> => {
    const { refused } = await suggest({ subject, client: atHand(lines) });
    return refused.map(({ gate, reason }) => `${gate}/${reason}`);
  };

  test.each([
    ['an op that is none', { ops: [{ op: 'explode', task: 'T1' }] }, 'schema/op_not_offered'],
    [
      'an op that is not offered',
      { ops: [{ op: 'insert_task', scope: 'S0', id: 'n', definition: {} }] },
      'schema/op_not_offered',
    ],
    [
      'a change of behaviour that nobody asked for',
      { op: 'set_on_error', task: 'T1', on_error: 'continue' },
      'schema/op_not_offered',
    ],
    ['an id instead of an alias', { ops: [{ op: 'remove_edge', task: 'b', needs: 'a' }] }, 'referents/unknown_alias'],
    [
      'a path instead of an alias',
      { ops: [{ op: 'remove_edge', task: '/b', needs: 'T1' }] },
      'referents/unknown_alias',
    ],
    ['an alias of nobody', { ops: [{ op: 'remove_task', task: 'T7' }] }, 'referents/unknown_alias'],
    [
      'a field too much',
      { ops: [{ op: 'remove_edge', task: 'T2', needs: 'T1', force: true }] },
      'schema/unknown_field',
    ],
    ['a field too few', { ops: [{ op: 'remove_edge', task: 'T2' }] }, 'schema/field_missing'],
    ['no ops', { ops: [] }, 'parse/no_ops'],
    ['what the rules have found', { ops: [{ op: 'remove_edge', task: 'T2', needs: 'T1' }] }, 'benefit/already_found'],
    [
      'promises that are mixed',
      {
        ops: [
          { op: 'remove_edge', task: 'T5', needs: 'T4' },
          { op: 'set_concurrency', task: 'S0', concurrency: 2 },
        ],
      },
      'precondition/mixed_levels',
    ],
    ['an edge more', { ops: [{ op: 'add_edge', task: 'T6', needs: 'T2' }] }, 'precondition/only_adds'],
    ['a policy without runs', { op: 'set_timeout', task: 'T1', seconds: 30 }, 'precondition/too_few_runs'],
    ['a question of something known', { ask: 'effects', task: 'T1', effects: 'read' }, 'precondition/nothing_to_ask'],
    ['a question of data', { ask: 'order', task: 'T6', other: 'T1' }, 'precondition/nothing_to_ask'],
    ['another question', { ask: 'who', task: 'T1' }, 'schema/unknown_question'],
  ])('%s', async (_, line, objection) => {
    expect(await objections(line)).toEqual([objection]);
  });

  test('a timeout that would have stopped what succeeded, a repetition of a write', async () => {
    const lines = [
      { op: 'set_timeout', task: 'T1', seconds: 0.5 },
      { op: 'set_retry', task: 'T4', retry_policy: { max_retries: 3 } },
      { op: 'set_retry', task: 'T2', retry_policy: { max_retries: 99 } },
      { op: 'set_retry', task: 'T2', retry_policy: { max_retries: 2, non_retryable: ['x'] } },
    ];
    const { refused } = await suggest({ subject, client: atHand(lines), request: { history } });
    expect(refused.map(({ reason, at }) => `${reason} ${at}`)).toEqual([
      ...['timeout_too_short /a', 'not_repeatable /d', 'out_of_range /b', 'out_of_range /b'],
    ]);
  });

  test('are read once, whatever their order of fields, and no more than sixty', async () => {
    const line = { ops: [{ op: 'remove_task', task: 'T1' }] };
    const again = { why: 'x', ops: [{ task: 'T1', op: 'remove_task' }] };
    expect(await objections(line, again, line)).toHaveLength(1);
    const many = Array.from({ length: 500 }, (_, n) => ({ op: 'set_cache', task: 'T3', ttl: n + 1 }));
    const model = atHand(many);
    const { proposed } = await suggest({ subject, client: model });
    expect(proposed.filter(({ is }) => is === 'proposal')).toHaveLength(60);
    expect(model.requests).toHaveLength(1);
  });

  test('what is emitted comes before the answer is over', async () => {
    const double = await startDouble({ speaks: ['openai'] });
    double.model = models.slow((data) => [...retries(data), { x: 'x'.repeat(3000) }], 3);
    const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
    const source = proposerWith(client).propose(requestFor(subject, { history }), new AbortController().signal);
    expect((await source.next()).value).toMatchObject({ is: 'proposal' });
    expect((await source.next()).value).toMatchObject({ is: 'question' });
    await source.return(undefined);
  });

  test('a change of behaviour that was asked for is labelled as one', async () => {
    const line = { ops: [{ op: 'set_on_error', task: 'T1', on_error: { goto: 'T6' } }] };
    const { offered, rules } = await suggest({ subject, client: atHand([line]), request: { kinds: ['proposal'] } });
    const added = offered.slice(rules.length);
    for (const { level } of added) expect(level).toBe('behaviour-change');
    const simple = { ops: [{ op: 'set_on_error', task: 'T4', on_error: 'continue' }] };
    const second = await suggest({ subject, client: atHand([simple]), request: { kinds: ['proposal'] } });
    expect(second.offered.at(-1)).toMatchObject({ level: 'behaviour-change', ops: [{ task: '/d' }] });
  });
});

describe('the round of repair', () => {
  const wrong = { ops: [{ op: 'remove_edge', task: 'T5', needs: 'T4' }] };

  test('tells the model once what was refused, in its own aliases', async () => {
    const right = { op: 'set_retry', task: 'T2', retry_policy: { max_retries: 2, initial_delay: 0.1 } };
    const model = atHand([wrong], [right, wrong], [right]);
    const { offered, rules } = await suggest({ subject, client: model, request: { history, goal: 'reliability' } });
    expect(offered.length - rules.length).toBe(1);
    expect(model.requests).toHaveLength(2);
    const [first, second] = model.requests;
    expect(second?.messages.slice(0, 2)).toEqual(first?.messages);
    expect(second?.messages.slice(2)).toEqual([
      { role: 'assistant', content: JSON.stringify(wrong) },
      {
        role: 'user',
        content: expect.stringMatching(/^These lines were refused:\n- line 1: \w+\/\w+ at T\d\n/) as unknown,
      },
    ]);
    expect(second?.promptVersion).toMatch(/^optimize\.v1@\w+ optimize_repair\.v1@\w+$/);
    expect(second?.traceId).toBe(first?.traceId);
  });

  test('is not asked for what is only no better, nor when nothing was refused', async () => {
    const known = atHand([{ ops: [{ op: 'remove_edge', task: 'T2', needs: 'T1' }] }]);
    await suggest({ subject, client: known });
    const silent = atHand([]);
    await suggest({ subject, client: silent });
    expect([known.requests.length, silent.requests.length]).toEqual([1, 1]);
  });

  test('is left when the time is nearly up', async () => {
    const timers = new VirtualTimers();
    const model = new ModelAtHand(() => {
      timers.advance(800);
      return `${JSON.stringify(wrong)}\n`;
    });
    await suggest({ subject, client: model, timers, request: { budget: { ms: 1000 } } });
    expect(model.requests).toHaveLength(1);
  });
});

describe('accounts', () => {
  test('usage is told with its cost, the worth of an answer goes to the ledger, garbage counts against the model', async () => {
    const worths: LlmWorth[] = [];
    const model = atHand([
      ...retries({ tasks: Array.from({ length: 6 }, (_, n) => ({ alias: `T${n + 1}` })) } as never),
      'x',
      { op: 'y' },
    ]);
    const costOf = (_: string, { total }: LlmUsage): number => total / 1000;
    const outcome = await suggest({
      ...{ subject, client: model, request: { history, goal: 'reliability' } },
      parts: { amend: (_, worth) => worths.push(worth), costOf },
    });
    expect(without(outcome)).toContainEqual({
      ...{ usage: expect.objectContaining({ total: 2 }) as unknown, calls: 1, cost: 0.002 },
    });
    expect(worths[0]).toEqual({ accepted: 1, rejected: { schema: 1 }, unusable: 1 });
    expect(model.judged[0]).toBe(true);
    const chatty = new ModelAtHand(() => 'Hello!\n');
    await suggest({ subject, client: chatty });
    expect(chatty.judged).toEqual([false]);
  });

  test('without money nothing is sent', async () => {
    const double = await startDouble({ speaks: ['openai'] });
    const refusal = { scope: 'the request', unit: 'tokens', limit: 1, spent: 0, asked: 9 } as const;
    const { client } = makeClient(
      { openai: { baseUrl: double.openaiUrl }, modelId: 'm' },
      { budgets: { admit: () => refusal } },
    );
    const { degraded, offered, rules } = await suggest({ subject, client });
    expect([degraded, offered, double.seen]).toEqual([['budget'], rules, []]);
  });

  test('an equal request is answered from memory', async () => {
    const double = await startDouble({ speaks: ['openai'] });
    double.model = models.oracle(retries);
    const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
    const request = { ...requestFor(subject, { history, goal: 'reliability' }) };
    const [first, second] = [await suggest({ subject, client, request }), await suggest({ subject, client, request })];
    expect(double.seen).toHaveLength(1);
    expect(second.offered).toEqual(first.offered);
    // Its calls were counted once.
    const calls = [first, second].map(({ proposed }) => proposed.filter(({ is }) => is === 'usage').length);
    expect(calls).toEqual([1, 0]);
  });

  test('one that was of no use is not given again, and counts once', async () => {
    const double = await startDouble({ speaks: ['openai'] });
    const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
    const request = { ...requestFor(subject, { history, goal: 'reliability' }) };
    double.model = models.chatty();
    expect((await suggest({ subject, client, request })).degraded).toEqual(['unusable']);
    double.model = models.oracle(retries);
    const second = await suggest({ subject, client, request });
    expect([second.degraded, double.seen.length]).toEqual([[], 2]);
    expect(second.offered.length).toBeGreaterThan(second.rules.length);
  });

  test('whether it can be asked', async () => {
    const { client } = makeClient({});
    expect(await proposerWith(client).ready()).toEqual({ ok: false, reason: 'not_configured' });
    const double = await startDouble({ speaks: ['openai'] });
    const { client: able } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
    expect(await proposerWith(able).ready()).toEqual({ ok: true });
    double.model = models.chatty();
    for (let round = 0; round < 5; round++)
      await suggest({
        subject: subjectOf({
          ...DOCUMENT,
          tasks: {
            [`t${round}`]: { type: 'x/read' },
            u: { type: 'x/read' },
            v: round > 2 ? { type: 'x/pure' } : { type: 'x/write' },
            ...Object.fromEntries(Array.from({ length: round }, (_, n) => [`w${n}`, { type: 'x/read' }])),
          },
          output: null,
        }),
        client: able,
      });
    expect(await proposerWith(able).ready()).toEqual({ ok: false, reason: 'unusable' });
  });
});

test('every request fits: of a workflow that is too large, what matters most is told', async () => {
  const model = new ModelAtHand(() => '');
  const tasks = Object.fromEntries(
    Array.from({ length: 3000 }, (_, n) => [
      `t${n}`,
      { type: 'x/read', ...(n >= 2900 && { depends_on: [`t${n - 1}`] }) },
    ]),
  );
  const large = subjectOf({ name: 'large', tasks });
  const source = proposerWith(model).propose(requestFor(large, { found: [] }), new AbortController().signal);
  for await (const told of source) expect(told.is).toBe('usage');
  const prompt = model.requests.map(wordsOf).join();
  expect(Buffer.byteLength(prompt)).toBeLessThanOrEqual(48 * 1024);
  const { tasks: sent, edges, left_out: leftOut } = models.readData({ prompt });
  expect(sent.length + (leftOut ?? 0)).toBe(3000);
  expect(sent.length).toBeGreaterThan(500);
  expect(edges.asserted).toHaveLength(100);
});
