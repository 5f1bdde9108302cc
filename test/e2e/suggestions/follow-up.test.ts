import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { harmoniaHere } from '../../world/command-line.js';
import { Receiver } from '../../world/receiver.js';
import { TestService } from '../../world/service.js';
import { SuggestionClient, type ShownSuggestion } from '../../world/suggestion-client.js';

const V = '/api/v1';
const SETTINGS = { HARMONIA_HTTP_ALLOW: '127.0.0.1' };
let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await TestService.start(SETTINGS);
  receiver = await Receiver.start();
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});

const client = new SuggestionClient(() => service);

/** Two tasks one after another for no reason; it fails when its input says so. */
const workflowOf = (name: string): JsonObject => ({
  name,
  version: '1.0.0',
  input_schema: { type: 'object', properties: { bad: { type: 'boolean' } } },
  tasks: {
    a: { type: 'core/value', input: { n: 1 } },
    b: { type: 'core/value', input: { n: 2 }, depends_on: ['a'] },
    odd: { type: 'core/fail', input: { message: 'odd', code: 'odd' }, when: '${input.bad == true}' },
  },
  output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}' },
});

const runs = async (workflow: string, count: number, bad: boolean): Promise<unknown[]> => {
  const statuses: unknown[] = [];
  for (let run = 0; run < count; run++) statuses.push((await service.complete(workflow, { bad })).status);
  return statuses;
};

type Shown = ShownSuggestion & { readonly followUp: JsonObject };

const shown = async (id: string): Promise<Shown> => (await client.get(id)) as Shown;
const here = async (...args: string[]): Promise<string> => {
  const ran = await harmoniaHere([...args, '--url', service.url]);
  expect([args, ran.code, ran.err]).toEqual([args, 0, '']);
  return ran.out;
};

const restart = async (): Promise<void> => {
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start(SETTINGS, { directory });
};

describe('a suggestion that was applied and is worse', () => {
  test('is known by its runs, over a restart; who wants to know is told, and one call goes back', async () => {
    const id = await service.workflow(workflowOf('followed'));
    await service.post(`${V}/webhooks`, { name: 'tell', url: receiver.url, events: ['suggestion_*'] });
    const suggestion = await client.one(id, { kinds: ['parallelise'], goal: 'latency' });
    await runs(id, 12, false);
    expect((await client.post(suggestion.id, 'apply', { runs: 10 })).status).toBe(201);
    expect(await shown(suggestion.id)).toMatchObject({
      status: 'applied',
      followUp: {
        way: 'applied',
        state: 'waiting',
        version: '1.0.1',
        runs: { seen: 0, of: 10 },
        share: null,
        end: null,
      },
    });
    await runs(id, 4, true);
    await restart();
    expect((await shown(suggestion.id)).followUp).toMatchObject({ state: 'waiting', runs: { seen: 4, of: 10 } });
    await runs(id, 6, true);
    const { followUp } = await shown(suggestion.id);
    expect(followUp).toMatchObject({
      state: 'regressed',
      observed: { makespan: null, failure: { before: 0, after: 1, change: 1, verdict: 'worse' } },
    });
    const [letter] = await receiver.received(1);
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({
      ...{ type: 'suggestion_regressed', workflow_id: id, workflow_name: 'followed', execution_id: null },
      message: 'followed 1.0.1 is worse than 1.0.0',
      details: { suggestion_id: suggestion.id, way: 'applied', version: '1.0.1', rollback: followUp.rollback },
    });
    const rollback = followUp.rollback as string;
    const listed = (await service.get(`${V}/workflows/${id}/suggestions?status=open`)).body;
    expect(listed.items).toMatchObject([{ id: rollback, kind: 'rollback', followUp: null }]);
    const text = await here('suggestion', 'show', suggestion.id);
    expect(text).toContain('failed 0 % → 100 %');
    expect(text).toContain(`go back: harmonia suggestion apply ${rollback}`);
    expect(await here('suggestion', 'apply', rollback)).toBe('version 1.0.0\n');
    expect(await client.version(id)).toMatchObject({ version: '1.0.0' });
    expect((await shown(suggestion.id)).followUp).toMatchObject({
      state: 'regressed',
      end: { because: 'rolled_back' },
    });
    expect(JSON.parse(await here('suggestion', 'calibration'))).toMatchObject({
      followed: 1,
      outcomes: { regressed: 1 },
    });
  });
});

describe('a canary', () => {
  const workflowAt = async (id: string): Promise<JsonObject> =>
    (await service.get(`${V}/workflows/${id}`)).body.data as unknown as JsonObject;

  test('runs beside the current version, whoever starts an execution, until somebody decides', async () => {
    const id = await service.workflow(workflowOf('tried'));
    const suggestion = await client.one(id, { kinds: ['parallelise'] });
    expect(await here('suggestion', 'apply', suggestion.id, '--canary', '0.5', '--runs', '50')).toBe('version 1.0.1\n');
    const canary = { version: '1.0.1', share: 0.5, status: 'running', suggestion_id: suggestion.id };
    expect(await workflowAt(id)).toMatchObject({ version: '1.0.0', canary });
    const versions = (await service.get(`${V}/workflows/${id}/versions`)).body.items;
    expect(versions).toMatchObject([
      { version: '1.0.1', candidate: true },
      { version: '1.0.0', candidate: false },
    ]);
    await restart();
    const ran = new Set<unknown>();
    for (let run = 0; run < 20; run++) ran.add((await service.complete(id)).workflow_version);
    expect([...ran].sort()).toEqual(['1.0.0', '1.0.1']);
    const named = await service.post(`${V}/executions`, { workflow_id: id, version: '1.0.1', input: {} });
    expect(named.status).toBe(201);
    expect(await here('suggestion', 'show', suggestion.id)).toMatch(
      /50 % of new executions run 1\.0\.1 \(before: 1\.0\.0\), \d+ of 50 runs/,
    );
    expect(await here('suggestion', 'abandon', suggestion.id)).toBe('new executions run version 1.0.0\n');
    expect(await workflowAt(id)).toMatchObject({ version: '1.0.0', canary: null });
    ran.clear();
    for (let run = 0; run < 10; run++) ran.add((await service.complete(id)).workflow_version);
    expect([...ran]).toEqual(['1.0.0']);

    await here('suggestion', 'apply', suggestion.id, '--canary', '0.01');
    const stale = await client.post(suggestion.id, 'promote', {}, { 'if-match': '"7.0.0"' });
    expect([stale.status, (stale.body.error as JsonObject).code]).toEqual([409, 'suggestion_stale']);
    expect(await here('suggestion', 'promote', suggestion.id, '--note', 'good')).toBe('version 1.0.2\n');
    expect(await workflowAt(id)).toMatchObject({ version: '1.0.2', canary: null });
    expect(await shown(suggestion.id)).toMatchObject({
      status: 'applied',
      feedback: { note: 'good', version: '1.0.2' },
    });
  });

  test.each([
    [{ canary: { share: 0.6 } }, '/canary/share'],
    [{ canary: {} }, '/canary/share'],
    [{ canary: { share: 0.1, runs: 9 } }, '/canary/runs'],
    [{ runs: 201 }, '/runs'],
  ])('that can be none changes nothing: %j', async (body, pointer) => {
    const id = await service.workflow(workflowOf(`refused ${JSON.stringify(body)}`));
    const suggestion = await client.one(id, { kinds: ['parallelise'] });
    const answer = await client.post(suggestion.id, 'apply', body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(pointer);
    expect(await workflowAt(id)).toMatchObject({ version: '1.0.0', canary: null });
    const none = await service.send('DELETE', `${V}/workflows/${id}/canary`);
    expect([none.status, (none.body.error as JsonObject).code]).toEqual([404, 'canary_not_found']);
  });
});
