import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyPatch, type Operation } from 'rfc6902';
import type { JsonObject } from '../../../src/kernel/index.js';
import { refusal, refused } from '../../world/caller.js';
import { TestService } from '../../world/service.js';
import { SuggestionClient, withoutTimes, type ShownSuggestion } from '../../world/suggestion-client.js';

const V = '/api/v1';
let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const client = new SuggestionClient(() => service);

const value = (n: number, ...after: string[]): JsonObject => ({
  type: 'core/value',
  ...(after.length > 0 && { depends_on: after }),
  input: { n },
});

/** Three tasks one after another for no reason. `depends_on` stands in the middle of a task, where a patch loses it. */
const CHAIN = {
  name: 'chain',
  version: '1.0.0',
  tasks: { a: value(1), b: value(2, 'a'), c: value(3, 'b') },
  output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}', c: '${tasks.c.output.n}' },
};

/** Several things that rules find, which touch nothing in common. */
const MANY = {
  name: 'many',
  version: '1.0.0',
  tasks: {
    a: value(1),
    b: value(2, 'a'),
    c: value(3, 'b'),
    d: value(4, 'c'),
    dead: value(9),
    one: value(5),
    twin: value(5),
    log: { type: 'core/log', input: { message: 'x' } },
    then: { type: 'core/log', input: { message: 'y' }, depends_on: ['log'] },
    last: { type: 'core/log', input: { message: 'z' }, depends_on: ['log', 'then'] },
  },
  output: {
    sum: '${tasks.a.output.n + tasks.b.output.n + tasks.c.output.n + tasks.d.output.n}',
    both: '${[tasks.one.output.n, tasks.twin.output.n]}',
  },
};

const patched = (document: JsonObject, patch: unknown): JsonObject => {
  const copy = JSON.parse(JSON.stringify(document)) as JsonObject;
  const failed = applyPatch(copy, JSON.parse(JSON.stringify(patch)) as Operation[]).filter(Boolean);
  expect(failed).toEqual([]);
  return copy;
};

describe('a suggestion', () => {
  test('is proved, says why in plain words, and rests on nothing without history', async () => {
    const id = await service.workflow(CHAIN);
    const found = await client.one(id);
    expect(found).toMatchObject({
      ...{ workflowId: id, baseVersion: '1.0.0', kind: 'parallelise', equivalence: 'success-equivalent' },
      ...{ status: 'open', source: 'rules', risk: 'low', confidence: 0.3 },
      title: 'Start /b and /c without waiting for what they do not need',
      ops: [
        { op: 'remove_edge', task: '/b', needs: 'a' },
        { op: 'remove_edge', task: '/c', needs: 'b' },
      ],
      impact: { unit: 'weights', makespan: { p50: { before: 3, after: 1 } }, basis: { runs: 0 } },
      verification: { status: 'proved' },
    });
    expect(found.rationale).toBe(
      '/a → /b and /b → /c: nothing is read over these edges, and no effect of the one task depends on the other. ' +
        'Every execution that completes does the same and has the same output. ' +
        'What may then run: /b although /a failed and /c although /b failed.',
    );
    const { gates } = found.verification as unknown as { gates: { id: string; ok: boolean }[] };
    expect(gates.map(({ id: gate, ok }) => `${gate} ${String(ok)}`)).toEqual(
      [
        'parse',
        'schema',
        'referents',
        'precondition',
        'apply',
        'validate',
        'dependence',
        'value',
        'differential',
        'benefit',
      ].map((gate) => `${gate} true`),
    );
    expect(JSON.stringify(found.impact)).not.toMatch(/seconds/);
  });

  test('its patch gives what it previews, and its inverse the base, byte for byte', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'patches' });
    const found = await client.one(id);
    const base = await client.document(id);
    const { body } = await client.post(found.id, 'preview');
    const preview = body.data as unknown as {
      workflow: JsonObject;
      simulation: { before: unknown[]; after: unknown[] };
    };
    expect(JSON.stringify(patched(base, found.patch))).toBe(JSON.stringify(preview.workflow));
    expect(JSON.stringify(patched(preview.workflow, found.inverse))).toBe(JSON.stringify(base));
    expect((found.patch as unknown as Operation[])[0]).toEqual({ op: 'test', path: '/version', value: '1.0.0' });
    expect(preview.simulation).toMatchObject({
      before: [
        { step: '/a', start: 0, end: 1 },
        { step: '/b', start: 1, end: 2 },
        { step: '/c', start: 2, end: 3 },
      ],
      after: expect.arrayContaining([expect.objectContaining({ step: '/c', start: 0, end: 1 })]) as unknown,
    });
    expect(await client.version(id)).toMatchObject({ version: '1.0.0' });
  });

  test('is the same, byte for byte, in another service', async () => {
    const other = await TestService.start();
    try {
      const strip = (found: ShownSuggestion[], workflow: string): string =>
        withoutTimes(found)
          .replaceAll(workflow, 'W')
          .replace(/"(id|conflictsWith)":("[0-9a-f]{64}"|\[[^\]]*\])/g, '');
      const [here, there] = [await service.workflow(MANY), await other.workflow(MANY)];
      const found = await client.suggest(here);
      expect(found.length).toBeGreaterThan(2);
      expect(strip(await new SuggestionClient(() => other).suggest(there), there)).toBe(strip(found, here));
    } finally {
      await other.stop();
    }
  });

  test('asked again, the answer is there, with the same bytes', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'again' });
    const [first, second] = [await client.answer(id), await client.answer(id)];
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(JSON.stringify(second.suggestions)).toBe(JSON.stringify(first.suggestions));
    expect((await client.answer(id, { goal: 'latency' })).cached).toBe(false);
  });

  test('only of the kinds, and as many, as were asked for', async () => {
    const id = await service.workflow({ ...MANY, name: 'kinds' });
    const kinds = (await client.suggest(id)).map(({ kind }) => kind);
    expect([...kinds].sort()).toEqual(['merge_duplicates', 'parallelise', 'remove_dead_tasks', 'remove_implied_edges']);
    expect((await client.suggest(id, { kinds: ['remove_dead_tasks'] })).map(({ kind }) => kind)).toEqual([
      'remove_dead_tasks',
    ]);
    expect(await client.suggest(id, { maxSuggestions: 1 })).toHaveLength(1);
  });

  test('is listed by status and version, and shown by its id', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'listed' });
    const found = await client.one(id);
    const list = async (query: string): Promise<string[]> =>
      ((await service.get(`${V}/workflows/${id}/suggestions${query}`)).body.items as unknown as ShownSuggestion[]).map(
        (item) => item.id,
      );
    expect(await list('')).toEqual([found.id]);
    expect(await list('?status=open&version=1.0.0')).toEqual([found.id]);
    expect([await list('?status=applied'), await list('?version=2.0.0')]).toEqual([[], []]);
    expect(await client.get(found.id)).toEqual(found);
  });
});

describe('apply', () => {
  test('makes one new version, which runs; a roll-back restores the base byte for byte', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'applied' });
    const before = await client.version(id);
    const base = await client.document(id);
    const found = await client.one(id);
    const { status, body } = await client.post(found.id, 'apply', { note: 'try it' }, { 'if-match': '"1.0.0"' });
    expect(status).toBe(201);
    const applied = body.data as unknown as JsonObject;
    expect(applied).toMatchObject({ version: '1.0.1', appliedFrom: { suggestions: [found.id], version: '1.0.0' } });
    const document = await client.document(id);
    expect(document).toMatchObject({ version: '1.0.1', tasks: { b: { input: { n: 2 } } } });
    expect(JSON.stringify(patched(document, applied.inverse))).toBe(JSON.stringify(base));
    expect(await client.get(found.id)).toMatchObject({
      status: 'applied',
      feedback: { note: 'try it', version: '1.0.1' },
    });
    expect(await service.complete(id)).toMatchObject({ status: 'completed', output: { a: 1, b: 2, c: 3 } });
    expect(await client.suggest(id)).toEqual([]);

    const back = await service.post(`${V}/workflows/${id}/versions/1.0.0/rollback`);
    expect([back.status, back.body.data]).toMatchObject([
      200,
      { version: '1.0.0', from: '1.0.1', definition: before.hash },
    ]);
    expect(await client.version(id)).toEqual(before);
    expect(JSON.stringify(await client.document(id))).toBe(JSON.stringify(base));
    expect(refusal(await client.post(found.id, 'apply'))).toEqual(refused(409, 'suggestion_closed'));
    // Found again, it can be applied again.
    expect(await client.one(id)).toMatchObject({ id: found.id, status: 'open' });
    expect((await client.post(found.id, 'apply')).body.data).toMatchObject({ version: '1.0.2' });
  });

  test('of a stale one is refused, and offers the same change of the version of today', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'stale' });
    const found = await client.one(id);
    await service.send('PUT', `${V}/workflows/${id}`, {
      ...CHAIN,
      name: 'stale',
      version: '2.0.0',
      description: 'more',
    });
    expect(await client.get(found.id)).toMatchObject({ status: 'stale' });
    const answer = await client.post(found.id, 'apply');
    expect(refusal(answer)).toEqual(refused(409, 'suggestion_stale'));
    const { rebased } = (answer.body.error as unknown as { details: { rebased: ShownSuggestion } }).details;
    expect(rebased).toMatchObject({ baseVersion: '2.0.0', ops: found.ops });
    expect((await client.post(rebased.id, 'apply')).status).toBe(201);
    expect(await client.version(id)).toMatchObject({ version: '2.0.1' });
  });

  test('of a stale one that can not be proved any more offers nothing', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'lost' });
    const found = await client.one(id);
    const tasks = { ...CHAIN.tasks, b: { ...value(2), input: { n: '${tasks.a.output.n}' } } };
    await service.send('PUT', `${V}/workflows/${id}`, { ...CHAIN, name: 'lost', version: '2.0.0', tasks });
    const answer = await client.post(found.id, 'apply');
    expect(refusal(answer)).toEqual(refused(409, 'suggestion_stale'));
    expect(answer.body.error).toMatchObject({ details: { rebased: null } });
  });

  test('for another version than was seen is refused', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'seen' });
    const found = await client.one(id);
    const answer = await client.post(found.id, 'apply', {}, { 'if-match': '0.9.0' });
    expect(refusal(answer)).toEqual(refused(409, 'suggestion_stale'));
    expect(answer.body.message).toMatch(
      /was made for version 1\.0\.0, and 0\.9\.0 was seen; the workflow is at 1\.0\.0/,
    );
    const safe = await service.post(`${V}/workflows/${id}/suggestions/apply-safe`, {}, { 'if-match': '0.9.0' });
    expect(refusal(safe)).toEqual(refused(409, 'version_changed'));
    expect(await client.version(id)).toMatchObject({ version: '1.0.0' });
  });

  test('twice at the same time makes one version', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'twice' });
    const found = await client.one(id);
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.post(found.id, 'apply')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { body } = await service.get(`${V}/workflows/${id}/versions`);
    expect(body.total).toBe(2);
  });

  test('all that are safe, as one', async () => {
    const id = await service.workflow({ ...MANY, name: 'bundle' });
    const found = await client.suggest(id);
    const before = await service.complete(id);
    const { status, body } = await service.post(
      `${V}/workflows/${id}/suggestions/apply-safe`,
      {},
      { 'if-match': '1.0.0' },
    );
    expect(status).toBe(200);
    const { applied, bundle, left } = body.data as unknown as {
      applied: JsonObject;
      bundle: ShownSuggestion;
      left: { id: string; reason: string }[];
    };
    const taken = bundle.requires as string[];
    expect(taken.length).toBeGreaterThan(1);
    expect([...taken, ...left.map((one) => one.id)].sort()).toEqual(found.map((one) => one.id).sort());
    expect(applied).toMatchObject({ version: '1.0.1', appliedFrom: { suggestions: [bundle.id, ...taken] } });
    expect(bundle).toMatchObject({ kind: 'bundle', status: 'applied', verification: { status: 'proved' } });
    for (const one of taken) expect(await client.get(one)).toMatchObject({ status: 'applied' });
    const after = await service.complete(id);
    expect([after.status, after.output]).toEqual(['completed', before.output]);
    const again = await service.post(`${V}/workflows/${id}/suggestions/apply-safe`, { suggestions: [] });
    expect(again.body.data).toMatchObject({ applied: null, bundle: null });
  });
});

describe('dismiss', () => {
  test('it is not offered again, and can not be applied', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'dismissed' });
    const found = await client.one(id);
    const dismissed = await client.post(found.id, 'dismiss', { reason: 'b wakes a sleeping disk' });
    expect(dismissed.body.data).toMatchObject({ status: 'dismissed', feedback: { reason: 'b wakes a sleeping disk' } });
    const answer = await client.answer(id);
    expect(answer.suggestions).toEqual([]);
    expect(answer.rejected).toMatchObject([{ reason: 'dismissed', kind: 'parallelise' }]);
    const closed = await client.post(found.id, 'apply');
    expect(refusal(closed)).toEqual(refused(409, 'suggestion_closed'));
    expect(JSON.stringify(closed.body.error)).toContain(`/api/v1/workflows/${id}/suggestions`);
    expect(refusal(await client.post(found.id, 'dismiss', { reason: 'x' }))).toEqual(refused(409, 'suggestion_closed'));
  });
});

describe('a stream', () => {
  test('tells everything in its order, and goes on where it was left', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'streamed' });
    const events = await client.stream(id);
    const stages = events.filter(({ event }) => event === 'progress');
    expect(stages.map(({ data }) => data['done'])).toEqual(stages.map((_, index) => index + 1));
    expect(stages.at(-1)?.data).toMatchObject({ stage: 'rules', done: stages.length, of: stages.length });
    const told = events.filter(({ event }) => event !== 'progress');
    expect(told.map(({ event }) => event)).toEqual(['analysis', 'suggestion', 'degraded', 'usage', 'done']);
    const [analysis, suggestion] = told;
    const rest = events.slice(events.findIndex(({ event }) => event === 'suggestion') + 1);
    expect(analysis?.data).toMatchObject({ tasks: 3, edges: { asserted: 2 } });
    expect(withoutTimes([suggestion?.data ?? {}])).toBe(withoutTimes(await client.suggest(id)));
    expect(await client.stream(id, { after: suggestion?.id ?? '' })).toEqual(rest);
    expect(await client.stream(id, { after: 'nobody.1' })).toEqual(events);
    expect(await client.stream(id, { most: 2 })).toEqual(events.slice(0, 2));
    expect(service.streamClients()).toBeLessThan(2);
  });
});

describe('bad requests', () => {
  test.each([
    ['goal', { goal: 'beauty' }, 422, '/goal'],
    ['kinds', { kinds: ['rewrite_all'] }, 422, '/kinds'],
    ['kinds that nobody looks for', { kinds: ['bundle'] }, 422, '/kinds'],
    ['a field inside of another', { budget: { token: 1 } }, 422, '/budget/token'],
    ['maxSuggestions', { maxSuggestions: 0 }, 422, '/maxSuggestions'],
    ['budget', { budget: { ms: 'long' } }, 422, '/budget/ms'],
    ['an unknown field', { goals: 'latency' }, 422, '/goals'],
  ])('%s', async (_, body, status, pointer) => {
    const id = await service.workflow({ ...CHAIN, name: 'bad' });
    const answer = await service.post(`${V}/workflows/${id}/suggestions`, body);
    expect(refusal(answer)).toEqual(refused(status, 'validation_error', pointer));
    expect((await service.get(`${V}/workflows/${id}/suggestions`)).body.total).toBe(0);
  });

  test('what is not there', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    for (const path of ['', '/stream', '/apply-safe'])
      expect(refusal(await service.post(`${V}/workflows/${nobody}/suggestions${path}`, {}))).toEqual(
        refused(404, 'workflow_not_found'),
      );
    for (const action of ['apply', 'preview'])
      expect(refusal(await client.post('0'.repeat(64), action))).toEqual(refused(404, 'suggestion_not_found'));
    expect(refusal(await service.get(`${V}/suggestions/x`))).toEqual(refused(404, 'suggestion_not_found'));
    const id = await service.workflow({ ...CHAIN, name: 'there' });
    expect(refusal(await service.post(`${V}/workflows/${id}/versions/9.9.9/rollback`))).toEqual(
      refused(404, 'version_not_found'),
    );
  });

  test('a model that is required and not there', async () => {
    const id = await service.workflow({ ...CHAIN, name: 'model' });
    const answer = await service.post(`${V}/workflows/${id}/suggestions`, { llm: 'require' });
    expect(refusal(answer)).toEqual(refused(503, 'llm_unavailable'));
    expect((await service.post(`${V}/workflows/${id}/suggestions`, { llm: 'never' })).status).toBe(200);
  });
});
