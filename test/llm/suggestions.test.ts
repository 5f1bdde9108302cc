import { getEventListeners, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import type {
  KeptSuggestion,
  PlacedEvent,
  Proposed,
  StoredSuggestion,
  SuggestAnswer,
} from '../../src/llm/ports/index.js';
import { pure, read, reading, write } from '../optimizer/versions.js';
import { execution, ran, UNTIL } from '../optimizer/histories.js';
import { proposal, ScriptedProposer, SuggestionWorld } from '../world/suggestion-world.js';

let world: SuggestionWorld;
beforeEach(async () => {
  world = await SuggestionWorld.open();
});
afterEach(() => world.close());

const after = (...ids: string[]): JsonObject => ({ depends_on: ids });
const CHAIN = { a: pure(), b: pure(after('a')), c: write(reading('b')) };
const OUTPUT = { output: { a: '${tasks.a.output}', b: '${tasks.b.output}' } };

const bytes = ({ suggestions }: Pick<SuggestAnswer, 'suggestions'>): string =>
  JSON.stringify(suggestions.map(({ suggestion }) => suggestion));

const saying = (...said: Proposed[]): ScriptedProposer =>
  new ScriptedProposer(async function* () {
    yield* said;
    await Promise.resolve();
  });

const only = (found: readonly KeptSuggestion[]): KeptSuggestion => {
  expect(found).toHaveLength(1);
  return found[0] as KeptSuggestion;
};

const rejection = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'fulfilled',
    (error: { code: string }) => error.code,
  );

const collect = async (events: AsyncIterable<PlacedEvent>): Promise<PlacedEvent[]> => {
  const all: PlacedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

describe('a source of proposals', () => {
  test('is asked after the rules, with what they found and what became of former suggestions', async () => {
    const source = saying();
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    const { suggestion } = only((await desk.suggest(id, { llm: 'never' })).suggestions);
    expect(source.asked).toEqual([]);
    await desk.dismiss(suggestion.id, 'no');
    await desk.suggest(id, { budget: { tokens: 7, cost: 2, ms: 900 }, kinds: ['parallelise'] });
    expect(source.asked).toMatchObject([
      {
        ...{ workflow: id, version: '1.0.0', goal: 'balanced', most: 10, kinds: ['parallelise'] },
        found: [{ kind: 'parallelise', ops: suggestion.ops }],
        experience: [{ ops: suggestion.ops, status: 'dismissed' }],
        budget: { tokens: 7, cost: 2, ms: 900 },
      },
    ]);
  });

  test('what it proposes passes the gates like anything else, and is told what became of it', async () => {
    const told: string[] = [];
    const verdicts = (name: string): Partial<Extract<Proposed, { is: 'proposal' }>> => ({
      settle: (objection) =>
        void told.push(`${name} ${objection ? `${objection.gate} ${objection.reason}` : 'accepted'}`),
    });
    const desk = world.desk(
      saying(
        proposal([{ op: 'set_timeout', task: '/c', seconds: 5 }], {
          ...verdicts('timeout'),
          narrative: 'Run <b>me</b>\u0000 at https://evil.example/x now\u202e',
        }),
        proposal('rm -rf', verdicts('text')),
        proposal([{ op: 'drop_database' }], verdicts('op')),
        proposal([{ op: 'remove_edge', task: '/zz', needs: 'a' }], verdicts('referent')),
        proposal([{ op: 'add_edge', task: '/b', needs: 'a' }], verdicts('precondition')),
        proposal([{ op: 'replace_task', task: '/a', definition: { type: 'no/such' } }], verdicts('invalid')),
        proposal([{ op: 'remove_task', task: '/c' }], verdicts('effect')),
        {
          is: 'usage',
          calls: 1,
          usage: { prompt: 10, completion: 5, cached: 0, total: 15, estimated: false },
          cost: 0.5,
        },
        {
          is: 'usage',
          calls: 1,
          usage: { prompt: 1, completion: 1, cached: 0, total: 2, estimated: true },
          cost: 0.25,
        },
      ),
    );
    const id = await world.keep({ c: write(), a: pure(), b: pure(after('a')) }, OUTPUT);
    const answer = await desk.suggest(id, {});
    expect(told).toEqual([
      'timeout benefit not_better',
      'text parse no_ops',
      'op schema unknown_op',
      'referent referents unknown_task',
      'precondition precondition edge_is_there',
      'invalid validate task_type_unknown',
      'effect dependence not_pure',
    ]);
    expect(answer.rejected.map(({ source, gate }) => `${source} ${gate}`)).toEqual(
      ['benefit', 'parse', 'schema', 'referents', 'precondition', 'validate', 'dependence'].map(
        (gate) => `llm ${gate}`,
      ),
    );
    expect(answer.usage).toEqual({
      ...{ calls: 2, prompt: 11, completion: 6, cached: 0, total: 17, estimated: true, cost: 0.75 },
    });
    expect(only(answer.suggestions).suggestion).toMatchObject({ kind: 'parallelise', source: 'rules' });
  });

  test('the same idea as a rule has both as its source; its words stay its own, without mark-up', async () => {
    const ops = [{ op: 'remove_edge', task: '/b', needs: 'a' }];
    const narrative = 'See <a href="x">this</a> at https://evil.example/x\u0000\u202e, it is <b>faster</b>';
    const desk = world.desk(saying(proposal(ops, { narrative })));
    const id = await world.keep({ a: pure(), b: pure(after('a')) }, OUTPUT);
    const { suggestion } = only((await desk.suggest(id, {})).suggestions);
    expect(suggestion).toMatchObject({ source: 'llm+rules', kind: 'parallelise', model: 'm', promptVersion: 'v1' });
    expect(suggestion.narrative).toBe('See this at , it is faster');
    expect(suggestion.rationale).not.toContain('faster');
  });

  const hostile: Readonly<Record<string, () => ScriptedProposer>> = {
    silent: () =>
      new ScriptedProposer(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) })),
    broken: () =>
      new ScriptedProposer(() => {
        throw new Error('no');
      }),
    'broken later': () =>
      new ScriptedProposer(async function* () {
        yield proposal([]);
        await Promise.reject(new Error('later'));
      }),
    hostile: () =>
      saying(
        proposal([{ op: 'remove_edge', task: '/c', needs: 'b' }]),
        proposal([{ op: 'remove_task', task: '/a' }]),
        proposal([{ op: 'merge_tasks', task: '/b', drop: 'a' }]),
        proposal(Array.from({ length: 101 }, () => ({ op: 'remove_task', task: '/a' }))),
        proposal([{ op: '__proto__' }, null, 5]),
      ),
    endless: () =>
      new ScriptedProposer(async function* () {
        for (;;) {
          yield proposal([{ op: 'remove_task', task: '/nobody' }]);
          await Promise.resolve();
        }
      }),
    absent: () => {
      const source = saying();
      source.isReady = false;
      return source;
    },
  };
  test.each(Object.entries(hostile))('%s: the answer is that of the rules, byte for byte', async (_, make) => {
    const tasks = { a: write(), b: pure(after('a')), c: write({ ...reading('b'), ...after('a') }) };
    const id = await world.keep(tasks, OUTPUT);
    const alone = await world.desk().suggest(id, {});
    expect(alone.suggestions.length).toBeGreaterThan(0);
    const answer = await world.desk(make()).suggest(id, { budget: { ms: 100 } });
    expect(bytes(answer)).toBe(bytes(alone));
  });

  test('one that breaks when its time is over breaks nothing else', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const source = new ScriptedProposer(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('too late')) }),
    }));
    // The time is over before it is asked.
    source.ready = async () => {
      await once(AbortSignal.timeout(50), 'abort');
      return { ok: true };
    };
    const id = await world.keep(CHAIN, OUTPUT);
    expect((await world.desk(source).suggest(id, { budget: { ms: 1 } })).degraded?.reason).toBe('deadline');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });

  test('one that is looked for without end is left at the deadline', async () => {
    const source = saying();
    source.ready = () => new Promise(() => undefined);
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    const alone = await world.desk().suggest(id, { llm: 'never' });
    const answer = await desk.suggest(id, { budget: { ms: 20 } });
    expect([bytes(answer), answer.degraded?.reason]).toEqual([bytes(alone), 'deadline']);
    expect(await rejection(desk.suggest(id, { llm: 'require', budget: { ms: 20 } }))).toBe('llm_unavailable');
    expect(source.asked).toEqual([]);
  });

  test('one that says much leaves nothing behind at the signal of the request', async () => {
    const listeners: number[] = [];
    const source = new ScriptedProposer(async function* (_, signal) {
      for (let n = 0; n < 30; n++) {
        listeners.push(getEventListeners(signal, 'abort').length);
        yield await Promise.resolve(proposal([]));
      }
    });
    await world.desk(source).suggest(await world.keep(CHAIN, OUTPUT), {});
    expect(listeners).toHaveLength(30);
    expect(Math.max(...listeners)).toBeLessThanOrEqual(1);
  });

  test('one that is not ready is no reason for a refusal, unless it is required', async () => {
    const source = saying();
    source.isReady = false;
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    expect((await desk.suggest(id, {})).degraded).toEqual({ from: 'llm+rules', to: 'rules', reason: 'unavailable' });
    expect(await rejection(desk.suggest(id, { llm: 'require' }))).toBe('llm_unavailable');
    source.isReady = true;
    expect((await desk.suggest(id, { llm: 'require' })).degraded).toBeUndefined();
  });

  test('that none is configured is said, stays so, and is kept as the answer', async () => {
    const desk = world.desk();
    const id = await world.keep(CHAIN, OUTPUT);
    const degraded = { from: 'llm+rules', to: 'rules', reason: 'not_configured' };
    expect(await desk.suggest(id, {})).toMatchObject({ degraded, cached: false });
    expect(await desk.suggest(id, {})).toMatchObject({ degraded, cached: true });
    expect(await desk.suggest(id, { llm: 'never' })).not.toHaveProperty('degraded');
    expect(await rejection(desk.suggest(id, { llm: 'require' }))).toBe('llm_unavailable');
  });

  test('what is less than was asked for is not kept as the answer', async () => {
    const source = saying({ is: 'degraded', from: 'openai', to: 'rules', reason: 'budget' });
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    expect(await desk.suggest(id, {})).toMatchObject({ degraded: { reason: 'budget' }, cached: false });
    expect((await desk.suggest(id, {})).cached).toBe(false);
    expect(source.asked).toHaveLength(2);
  });

  test('what the rules said is kept all the same: whoever asks again has it as fast as if there were no model', async () => {
    const source = saying();
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    const alone = await desk.suggest(id, { llm: 'never' });
    source.isReady = false;
    for (let time = 0; time < 2; time++) {
      world.now += 1000;
      const asked = await desk.suggest(id, {});
      expect(asked.analysis).toBe(alone.analysis);
      expect(asked).toMatchObject({
        suggestions: alone.suggestions,
        degraded: { reason: 'unavailable' },
        cached: false,
      });
    }
    await desk.dismiss(only(alone.suggestions).suggestion.id, 'no');
    expect((await desk.suggest(id, {})).suggestions).toEqual([]);
  });

  test('equal questions at the same time are asked once, and the answer is kept', async () => {
    const source = saying();
    const desk = world.desk(source);
    const id = await world.keep(CHAIN, OUTPUT);
    await Promise.all([desk.suggest(id, {}), desk.suggest(id, {}), collect(await desk.stream(id, {}))]);
    expect((await desk.suggest(id, {})).cached).toBe(true);
    expect(source.asked).toHaveLength(1);
  });
});

describe('changes that promise less', () => {
  const policy = [{ op: 'set_timeout', task: '/c', seconds: 5 }];
  const behaviour = [{ op: 'insert_task', scope: '', id: 'z', definition: { type: 'x/write', depends_on: ['c'] } }];

  test('of behaviour are shown, and are applied by nobody who did not say yes', async () => {
    const desk = world.desk(saying(proposal(behaviour)));
    const id = await world.keep({ c: write() });
    const { suggestion } = only((await desk.suggest(id, {})).suggestions);
    expect(suggestion).toMatchObject({
      ...{ equivalence: 'behaviour-change', risk: 'high', source: 'llm', kind: 'proposal' },
      verification: { status: 'unproved' },
    });
    expect(await rejection(desk.apply(suggestion.id, {}))).toBe('suggestion_unconfirmed');
    expect(await rejection(desk.apply(suggestion.id, { confirm: false }))).toBe('suggestion_unconfirmed');
    expect((await desk.applySafe(id, {})).left).toEqual([{ id: suggestion.id, reason: 'behaviour-change' }]);
    expect((await world.catalog.find(id)).workflow.version).toBe('1.0.0');
    expect(await desk.apply(suggestion.id, { confirm: true })).toMatchObject({ version: '1.0.1' });
  });

  test('a policy is applied after a yes only', async () => {
    const desk = world.desk(saying(proposal(policy)));
    // Every third run hangs: an attempt that ends sooner is better.
    const id = await world.keep({ c: write({ retry_policy: { max_retries: 8, initial_delay: 0 } }) });
    const { definition } = (await world.catalog.find(id)).workflow;
    world.history.observations = {
      ...{
        until: UNTIL,
        windowDays: 30,
        others: [],
        documents: new Map([[definition, (await world.catalog.find(id)).document]]),
      },
      own: Array.from({ length: 30 }, (_, run) => execution([ran('/c', run % 3 === 0 ? 60_000 : 100)], { definition })),
    };
    const { suggestion } = only((await desk.suggest(id, { goal: 'latency' })).suggestions);
    expect(suggestion).toMatchObject({
      equivalence: 'policy-change',
      risk: 'medium',
      impact: { unit: 'seconds', basis: { runs: 30 } },
    });
    expect(await rejection(desk.apply(suggestion.id, {}))).toBe('suggestion_unconfirmed');
    expect(await desk.apply(suggestion.id, { confirm: true })).toMatchObject({ version: '1.0.1' });
  });

  test('a suggestion that somebody has changed in the store is refused', async () => {
    const desk = world.desk();
    const id = await world.keep(CHAIN, OUTPUT);
    const { suggestion } = only((await desk.suggest(id, {})).suggestions);
    const stored = (await world.storage.suggestions.find(suggestion.id)) as StoredSuggestion;
    const forged = [...suggestion.patch, { op: 'remove', path: '/tasks/c' } as const];
    await world.storage.suggestions.keep({
      ...{ workflow: id, baseHash: suggestion.baseHash, factsHash: stored.certificate.facts },
      found: [{ ...stored, suggestion: { ...suggestion, patch: forged } }],
    });
    expect(await rejection(desk.apply(suggestion.id, {}))).toBe('suggestion_unproved');
    expect((await world.catalog.find(id)).workflow.version).toBe('1.0.0');
  });
});

describe('history', () => {
  const seen = async (id: string, millis: number, runs = 20): Promise<void> => {
    const { document, workflow } = await world.catalog.find(id);
    const { definition } = workflow;
    const steps = ['/a', '/b', '/c'].map((step) => ran(step, millis));
    world.history.observations = {
      ...{ until: UNTIL + runs, windowDays: 30, others: [], documents: new Map([[definition, document]]) },
      own: Array.from({ length: runs }, () => execution(steps, { definition })),
    };
  };

  test('says how many seconds a change saves, the same whenever it is asked', async () => {
    const id = await world.keep(CHAIN, OUTPUT);
    await seen(id, 2000);
    const answer = await world.desk().suggest(id, {});
    const { suggestion } = only(answer.suggestions);
    expect(suggestion.impact).toMatchObject({ unit: 'seconds', basis: { runs: 20 } });
    const { p50 } = suggestion.impact?.makespan ?? {};
    expect([p50?.before, p50?.after].map((seconds) => Math.round(seconds ?? 0))).toEqual([6, 4]);
    expect(suggestion.confidence).toBeGreaterThan(0.5);
    expect(answer.analysis.prediction?.p50).toBeCloseTo(6, 0);
    world.now += 40 * 86_400_000;
    expect(bytes(await world.desk().suggest(id, {}))).toBe(bytes(answer));
  });

  test('answers hold until a figure has moved by more than a fifth', async () => {
    const desk = world.desk();
    const id = await world.keep(CHAIN, OUTPUT);
    await seen(id, 2000);
    await desk.suggest(id, {});
    expect((await desk.suggest(id, {})).cached).toBe(true);
    expect(world.history.reads).toBe(1);
    await seen(id, 2300, 21);
    expect((await desk.suggest(id, {})).cached).toBe(true);
    expect(world.history.reads).toBe(2);
    await seen(id, 2600, 22);
    expect((await desk.suggest(id, {})).cached).toBe(false);
  });

  test('of fewer runs than wanted counts as none', async () => {
    const id = await world.keep(CHAIN, OUTPUT);
    await seen(id, 2000, 4);
    const answer = await world.desk().suggest(id, { history: { minRuns: 5 } });
    expect(only(answer.suggestions).suggestion).toMatchObject({ confidence: 0.3, impact: { unit: 'weights' } });
    expect(answer.analysis).toMatchObject({ prediction: null, history: { runs: 0 } });
  });
});

test('suggestions that touch the same say so, and a bundle takes the better one', async () => {
  const desk = world.desk(saying(proposal([{ op: 'remove_edge', task: '/d', needs: 'c' }])));
  const tasks = { a: read(), b: read(after('a')), c: read(after('b')), d: read(after('c')) };
  const id = await world.keep(tasks, { output: { a: '${tasks.a.output}' } });
  const { suggestions } = await desk.suggest(id, {});
  const [best, other] = suggestions.map(({ suggestion }) => suggestion);
  expect([best?.conflictsWith, other?.conflictsWith]).toEqual([[other?.id], [best?.id]]);
  const { applied, left } = await desk.applySafe(id, {});
  expect(applied?.appliedFrom.suggestions).toEqual([best?.id]);
  expect(left).toEqual([{ id: other?.id, reason: `conflicts with ${best?.id ?? ''}` }]);
});
