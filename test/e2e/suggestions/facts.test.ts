import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { refusal, refused } from '../../world/caller.js';
import { TestService } from '../../world/service.js';
import { SuggestionClient } from '../../world/suggestion-client.js';

const V = '/api/v1';
let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const client = new SuggestionClient(() => service);

const log = (message: string, ...after: string[]): JsonObject => ({
  type: 'core/log',
  input: { message },
  ...(after.length > 0 && { depends_on: after }),
});

/** Two tasks whose effects may depend on each other, for all that their type says. */
const LOGS = {
  name: 'logs',
  version: '1.0.0',
  tasks: { a: log('a'), b: log('b', 'a') },
  output: { a: '${tasks.a.status}' },
};

const facts = (body: object): ReturnType<TestService['send']> => service.send('PUT', `${V}/optimizer/facts`, body);
const confirm = (workflow: string, unordered: unknown): ReturnType<TestService['send']> =>
  service.send('PUT', `${V}/workflows/${workflow}/unordered`, { unordered });

describe('what an operator states', () => {
  test('counts at once for every workflow, and outlives the service', async () => {
    const id = await service.workflow(LOGS);
    const before = await client.answer(id);
    expect(before).toMatchObject({ suggestions: [], analysis: { held: [{ from: '/a', to: '/b' }] } });
    const stated = { effects: {}, commuting: [['core/log', 'core/log']] };
    expect((await facts(stated)).body.data).toMatchObject({ stated });
    const found = await client.one(id);
    expect(found).toMatchObject({ kind: 'parallelise', risk: 'medium' });

    const { directory } = service;
    await service.stop(true);
    service = await TestService.start({}, { directory });
    expect((await service.get(`${V}/optimizer/facts`)).body.data).toMatchObject({ stated });
    expect(await client.get(found.id)).toEqual(found);
    expect(await client.one(id)).toMatchObject({ id: found.id });

    await facts({});
    expect(refusal(await client.post(found.id, 'apply'))).toEqual(refused(422, 'suggestion_unproved'));
    expect(await client.version(id)).toMatchObject({ version: '1.0.0' });
    expect(await client.suggest(id)).toEqual([]);
    await facts({ effects: { 'core/log': 'read' } });
    expect(await client.get(found.id)).toMatchObject({ status: 'open' });
    const other = await client.one(id);
    expect(other.id).not.toBe(found.id);
    expect(await client.get(found.id)).toMatchObject({ status: 'superseded' });
    expect((await client.post(other.id, 'apply')).status).toBe(201);
    await facts({});
  });

  test.each([
    ['no effect', { effects: { 'core/log': 'harmless' } }, '/effects/core~1log'],
    ['no action', { effects: { log: 'read' } }, '/effects/log'],
    ['no pair', { commuting: [['core/log']] }, '/commuting/0'],
    ['an unknown field', { effect: {} }, '/effect'],
    ['no object', [], ''],
  ])('%s is refused and changes nothing', async (_, body, pointer) => {
    const answer = await facts(body);
    expect(refusal(answer)).toEqual(refused(422, 'validation_error', pointer));
    expect((await service.get(`${V}/optimizer/facts`)).body.data).toMatchObject({
      stated: { effects: {}, commuting: [] },
    });
  });

  test('may stand in a file that the settings name', async () => {
    const file = join(service.directory, 'facts.yaml');
    await writeFile(file, 'commuting:\n  - [core/log, core/log]\n');
    const other = await TestService.start({ HARMONIA_OPTIMIZER_FACTS: file });
    const there = new SuggestionClient(() => other);
    expect(await there.one(await other.workflow(LOGS))).toMatchObject({ kind: 'parallelise' });
    expect((await other.get(`${V}/optimizer/facts`)).body.data).toMatchObject({
      configured: { commuting: [['core/log', 'core/log']] },
    });
    await other.stop();
    await writeFile(file, 'effects: { core/log: nice }\n');
    await expect(TestService.start({ HARMONIA_OPTIMIZER_FACTS: file })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('/effects/core~1log') as unknown,
    });
    await expect(TestService.start({ HARMONIA_OPTIMIZER_FACTS: `${file}.no` })).rejects.toThrow('ENOENT');
  });
});

describe('what a person confirms', () => {
  test('counts for this workflow until one of the two says something else', async () => {
    const [id, other] = [
      await service.workflow({ ...LOGS, name: 'one' }),
      await service.workflow({ ...LOGS, name: 'other' }),
    ];
    const pair = { scope: '', tasks: ['a', 'b'] };
    const { status, body } = await confirm(id, [{ tasks: ['b', 'a'] }, pair]);
    expect([status, body.unordered]).toEqual([200, [pair]]);
    expect(await client.one(id)).toMatchObject({ kind: 'parallelise' });
    expect(await client.suggest(other)).toEqual([]);
    const changed = { ...LOGS, name: 'one', version: '1.1.0', tasks: { ...LOGS.tasks, b: log('something else', 'a') } };
    await service.send('PUT', `${V}/workflows/${id}`, changed);
    expect((await service.get(`${V}/workflows/${id}/unordered`)).body.unordered).toEqual([]);
    expect(await client.suggest(id)).toEqual([]);
  });

  test('of tasks that are not there is refused', async () => {
    const id = await service.workflow({ ...LOGS, name: 'refused' });
    for (const pair of [{ tasks: ['a', 'c'] }, { tasks: ['a', 'a'] }, { scope: '/x', tasks: ['a', 'b'] }])
      expect(refusal(await confirm(id, [pair]))).toEqual(refused(422, 'validation_error', '/unordered/0'));
    for (const pairs of [{}, [5], [{ tasks: 'ab' }]]) expect((await confirm(id, pairs)).status).toBe(422);
    expect((await service.get(`${V}/workflows/${id}/unordered`)).body.total).toBe(0);
  });
});

describe('history', () => {
  test('gives seconds, and more confidence; answers are kept until a figure moves', async () => {
    const tasks = {
      a: { type: 'core/delay', input: { seconds: 0.02 } },
      b: { type: 'core/value', input: { n: 1 }, depends_on: ['a'] },
      s: { type: 'script/javascript', input: { code: 'return 1' } },
      t: { type: 'script/javascript', input: { code: 'return 2' }, depends_on: ['s'] },
    };
    const id = await service.workflow({ name: 'seen', version: '1.0.0', tasks, output: { t: '${tasks.t.output}' } });
    const before = await client.answer(id, { goal: 'latency', history: { window: 7 } });
    expect(before.analysis).toMatchObject({ prediction: null, history: { runs: 0, windowDays: 7 } });
    for (let run = 0; run < 3; run++) expect(await service.complete(id)).toMatchObject({ status: 'completed' });
    const answer = await client.answer(id, { goal: 'latency', history: { window: 7 } });
    expect(answer.cached).toBe(false);
    expect(answer.analysis).toMatchObject({ history: { runs: 3 }, prediction: { failure: 0 } });
    expect(await client.answer(id, { history: { minRuns: 4 } })).toMatchObject({ analysis: { history: { runs: 0 } } });
  });
});

test('suggestions go with their workflow', async () => {
  const id = await service.workflow({
    ...{ name: 'gone', version: '1.0.0', output: { b: '${tasks.b.output}' } },
    tasks: { a: { type: 'core/value', input: {} }, b: { type: 'core/value', input: {}, depends_on: ['a'] } },
  });
  const [found] = await client.suggest(id);
  expect(found).toBeDefined();
  await service.send('DELETE', `${V}/workflows/${id}`);
  expect(refusal(await service.get(`${V}/suggestions/${found?.id ?? ''}`))).toEqual(
    refused(404, 'suggestion_not_found'),
  );
  expect(refusal(await service.get(`${V}/workflows/${id}/suggestions`))).toEqual(refused(404, 'workflow_not_found'));
});
