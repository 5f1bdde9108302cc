import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller, refusal, refused } from '../world/caller.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const V = '/api/v1/schedules';
let service: TestService;
const caller = new Caller(() => service);
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const dataOf = <T = JsonObject>({ body }: { body: JsonObject }): T => body.data as T;
const far = '2099-01-01T00:00:00Z';

describe('docs/guides/schedules.md', () => {
  const guide = readFileSync(`${ROOT}docs/guides/schedules.md`, 'utf8');
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(guide)?.[1] ?? '';

  test('its schedule is examples/nightly-schedule.yaml', () => {
    expect(parse(block('yaml'))).toEqual(parse(readFileSync(`${ROOT}examples/nightly-schedule.yaml`, 'utf8')));
  });

  test('every command works, one after the other', async () => {
    const lines = block('sh').trim().split('\n');
    const said = new Map<string, string>();
    let schedule = '';
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      if (line.startsWith('curl')) {
        await service.send('POST', '/api/v1/workflows', readFileSync(`${ROOT}examples/first.yaml`, 'utf8'), {
          'content-type': 'application/yaml',
        });
        continue;
      }
      const args = line.replace('$SCHEDULE', schedule).split(' ').slice(1);
      const ran = await harmoniaHere([...args, '--url', service.url]);
      expect([line, ran.code, ran.err]).toEqual([line, 0, '']);
      said.set(args[1] as string, ran.out);
      if (args[1] === 'create') schedule = ran.out.trim();
    }
    expect(said.get('preview')?.split('\n')).toHaveLength(5);
    expect(said.get('upcoming')).toContain('T02:30:00+0');
    expect(said.get('list')).toContain('nightly-hello');
    expect(said.get('ticks')).toMatch(/trigger +started/);
    expect(said.get('pause')).toContain(' paused');
    expect(said.get('resume')).toContain(' active');
    expect(said.get('backfill')).toBe('3 started, 0 had been, 0 forgotten\n');
    expect(JSON.parse(said.get('get') ?? '')).toMatchObject({ dst: { gap: 'after', overlap: 'first' } });
    expect((await harmoniaHere(['schedule', 'get', schedule, '--url', service.url])).code).toBe(2);
  });

  test('has every field, and no other', async () => {
    const fields = [...guide.matchAll(/^\| (`[a-z_`, or]+) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map((found) => found[1] as string),
    );
    const { body } = await service.get('/api/v1/openapi.json');
    const schemas = (body.components as JsonObject).schemas as Record<string, { properties: object }>;
    const statuses = ['started', 'skipped', 'failed', 'pending', 'queued'];
    expect(fields.filter((name) => !statuses.includes(name)).sort()).toEqual(
      Object.keys(schemas.ScheduleBody?.properties ?? {})
        .filter((name) => name !== 'description')
        .sort(),
    );
  });
});

describe('schedules over HTTP', () => {
  test('a tick starts an execution with its input and metadata, and says how it ended', async () => {
    const workflow = await caller.keep({
      name: 'greet',
      tasks: { a: { type: 'core/value', input: { to: '${input.to}' } } },
    });
    const at = new Date(Date.now() + 300).toISOString();
    const made = await service.post(V, {
      ...{ name: 'soon', workflow: 'greet', once: at, input: { to: '${schedule.name} ${tick.scheduled_at}' } },
    });
    expect(made.status).toBe(201);
    const schedule = dataOf(made);
    expect(schedule).toMatchObject({ workflow_id: workflow, state: 'active', once: at, next_tick: at, next_due: at });
    const id = schedule.id as string;
    const tick = await caller.untilTick(id, (row) => row.ended !== null);
    expect(tick).toMatchObject({
      scheduled_at: at,
      status: 'started',
      ended: 'completed',
      origin: 'schedule',
      reason: null,
    });
    expect(await caller.read(tick.execution_id as string)).toMatchObject({
      ...{ output: { a: { to: `soon ${at}` } }, metadata: { schedule_id: id, tick: at, tick_origin: 'schedule' } },
    });
    const listed = await service.get(`/api/v1/executions?metadata.schedule_id=${id}`);
    expect(listed.body.total).toBe(1);
    expect(dataOf(await service.get(`${V}/${id}`))).toMatchObject({ state: 'ended', next_tick: null, next_due: null });
  });

  test('is kept once under an Idempotency-Key, and triggered once', async () => {
    await caller.keep({ name: 'once-only', tasks: { a: { type: 'core/noop' } } });
    const body = { name: 'k', workflow: 'once-only', once: far };
    const key = { 'idempotency-key': 'schedule-1' };
    const [first, second] = [await service.post(V, body, key), await service.post(V, body, key)];
    expect([second.status, second.body.schedule_id, second.headers.get('idempotent-replayed')]).toEqual([
      ...[201, first.body.schedule_id, 'true'],
    ]);
    expect(refusal(await service.post(V, { ...body, name: 'other' }, key))).toEqual(
      refused(409, 'idempotency_conflict'),
    );
    const trigger = `${V}/${first.body.schedule_id as string}/trigger`;
    const [one, again] = [await service.post(trigger, {}, key), await service.post(trigger, {}, key)];
    expect(dataOf(again).execution_id).toBe(dataOf(one).execution_id);
    const other = await service.send('POST', trigger);
    expect(dataOf(other)).toMatchObject({ status: 'started' });
    expect(dataOf(other).execution_id).not.toBe(dataOf(one).execution_id);
  });

  test('is replaced, listed, and deleted', async () => {
    const workflow = await caller.keep({ name: 'listed', tasks: { a: { type: 'core/noop' } } });
    const { body } = await service.post(V, { name: 'l', workflow_id: workflow, interval: 3600, paused: true });
    const id = body.schedule_id as string;
    const put = { name: 'm', workflow, cron: '*/5 * * * *', overlap: 'skip' };
    expect(dataOf(await service.send('PUT', `${V}/${id}`, put))).toMatchObject({
      ...{
        id,
        name: 'm',
        interval: null,
        cron: '*/5 * * * *',
        state: 'active',
        dst: { gap: 'after', overlap: 'both' },
      },
    });
    const list = async (query: string): Promise<unknown> =>
      (await service.get(`${V}?workflow_id=${workflow}${query}`)).body.total;
    expect([await list(''), await list('&state=active'), await list('&state=paused')]).toEqual([1, 1, 0]);
    expect((await service.send('DELETE', `${V}/${id}`)).status).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/trigger'],
      ['POST', '/backfill'],
      ['GET', '/ticks'],
      ['GET', '/upcoming'],
    ] as const) {
      const sent =
        path === '/backfill'
          ? { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }
          : method === 'PUT'
            ? put
            : {};
      const answer = await service.send(method, `${V}/${id}${path}`, method === 'GET' ? undefined : sent);
      expect([method, path, refusal(answer)]).toEqual([method, path, refused(404, 'schedule_not_found')]);
    }
  });
});

describe('what is wrong with a schedule is said, all of it, and nothing is kept', () => {
  const good = { name: 'n', workflow: 'bad-inputs', cron: '0 3 * * *' };
  const { cron: _, ...timeless } = good;
  const table: [what: string, body: unknown, faults: [code: string, pointer: string][]][] = [
    ['no object', [], [['wrong_type', '']]],
    [
      'nothing',
      {},
      [
        ['required_field', ''],
        ['required_field', ''],
        ['wrong_type', ''],
      ],
    ],
    ['an unknown field', { ...good, timezone: 'UTC' }, [['unknown_field', '/timezone']]],
    ['no pattern', { ...good, cron: 'every day' }, [['cron_invalid', '/cron']]],
    ['seven fields', { ...good, cron: '0 0 3 * * * 2030' }, [['cron_invalid', '/cron']]],
    ['a nickname', { ...good, cron: '@daily' }, [['cron_invalid', '/cron']]],
    ['a time for a pattern', { ...good, cron: '2030-01-01T00:00:00' }, [['cron_invalid', '/cron']]],
    ['out of bounds', { ...good, cron: '61 * * * *' }, [['cron_invalid', '/cron']]],
    ['a long pattern', { ...good, cron: '1,'.repeat(300) }, [['wrong_type', '/cron']]],
    ['a day that never is', { ...good, cron: '0 0 30 2 *' }, [['schedule_never_fires', '/cron']]],
    ['two timings', { ...good, interval: 5 }, [['wrong_type', '']]],
    ['no zone', { ...good, time_zone: 'Mars/Olympus' }, [['time_zone_unknown', '/time_zone']]],
    ['an offset for a zone', { ...good, time_zone: '+02:00' }, [['time_zone_unknown', '/time_zone']]],
    [
      'a wrong policy',
      { ...good, dst: { gap: 'before', x: 1 } },
      [
        ['wrong_type', '/dst/gap'],
        ['unknown_field', '/dst/x'],
      ],
    ],
    ['a policy of nothing', { ...timeless, interval: 5, dst: {} }, [['wrong_type', '/dst']]],
    ['half a second', { ...timeless, interval: 0.5 }, [['wrong_type', '/interval']]],
    ['a past moment', { ...timeless, once: '2020-01-01T00:00:00Z' }, [['schedule_never_fires', '/once']]],
    ['a moment of no zone', { ...timeless, once: '2099-01-01T00:00:00' }, [['wrong_type', '/once']]],
    ['a day of no month', { ...timeless, once: '2099-13-41T00:00:00Z' }, [['wrong_type', '/once']]],
    [
      'an end before its start',
      { ...good, start: far, end: '2098-01-01T00:00:00Z' },
      [['schedule_never_fires', '/cron']],
    ],
    ['bounds of one moment', { ...timeless, once: far, end: far }, [['wrong_type', '/end']]],
    ['too much to catch up', { ...good, catch_up: { all: 1001 } }, [['wrong_type', '/catch_up']]],
    ['a word to catch up', { ...good, catch_up: 'all' }, [['wrong_type', '/catch_up']]],
    [
      'no overlap',
      { ...good, overlap: 'sometimes', jitter: -1, grace: 0 },
      [
        ['wrong_type', '/jitter'],
        ['wrong_type', '/grace'],
        ['wrong_type', '/overlap'],
      ],
    ],
    [
      'an unknown name',
      { ...good, input: { a: '${tasks.x.output}', b: '${input.y}' } },
      [
        ['expression_unknown_name', '/input/b'],
        ['expression_unknown_name', '/input/a'],
      ],
    ],
    ['a secret', { ...good, input: '${secrets.x}' }, [['secret_not_allowed', '/input']]],
    ['no expression', { ...good, input: { a: ['${tick.'] } }, [['expression_syntax', '/input/a/0']]],
    ['deep', { ...good, input: JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown }, [['nesting_too_deep', '']]],
    ['large', { ...good, input: 'x'.repeat(300_000) }, [['wrong_type', '/input']]],
    ['no workflow', { ...good, workflow: 'nobody' }, [['workflow_not_found', '/workflow']]],
    ['two workflows', { ...good, workflow_id: 'bad-inputs' }, [['wrong_type', '/workflow_id']]],
  ];
  test('names may be in camelCase', async () => {
    const body = { ...good, timeZone: 'Asia/Tokyo', catchUp: 'none', workflow: undefined, workflowId: 'bad-inputs' };
    const { status, body: kept } = await service.post(V, body);
    expect([status, kept.data]).toMatchObject([201, { time_zone: 'Asia/Tokyo', catch_up: 'none' }]);
    await service.send('DELETE', `${V}/${kept.schedule_id as string}`);
  });
  beforeAll(async () => {
    await caller.keep({ name: 'bad-inputs', tasks: { a: { type: 'core/noop' } } });
  });

  test.each(table)('%s', async (_what, body, faults) => {
    const before = (await service.get(V)).body.total;
    const answer = await service.post(V, body);
    expect(refusal(answer)).toEqual(refused(422, 'validation_error', faults[0]?.[1]));
    const { details } = answer.body.error as unknown as {
      details: { faults: { code: string; pointer: string; cure: string }[] };
    };
    expect(details.faults.map(({ code, pointer }) => [code, pointer])).toEqual(faults);
    expect(details.faults.every(({ cure }) => cure.length > 3 && !/\{\w+\}/.test(cure))).toBe(true);
    expect((await service.get(V)).body.total).toBe(before);
  });

  test('with a backfill, a trigger, a preview', async () => {
    const { body } = await service.post(V, { name: 'n', workflow: 'bad-inputs', interval: 1, paused: true });
    const id = body.schedule_id as string;
    const send = async (path: string, sent: unknown): Promise<unknown> =>
      refusal(await service.post(`${V}/${path}`, sent));
    const [from, to] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    expect(await send(`${id}/backfill`, {})).toEqual(refused(422, 'validation_error', ''));
    expect(await send(`${id}/backfill`, { from, to })).toEqual(refused(422, 'validation_error', '/from'));
    expect(await send(`${id}/backfill`, { from: to, to: from })).toEqual(refused(422, 'validation_error', '/from'));
    expect(await send(`${id}/backfill`, { from, to: far })).toEqual(refused(422, 'validation_error', '/to'));
    expect(await send(`${id}/backfill`, { from, to, all: true })).toEqual(refused(422, 'validation_error', '/all'));
    expect(await send(`${id}/trigger`, { overlap: 'no' })).toEqual(refused(422, 'validation_error', '/overlap'));
    expect(await send(`${id}/trigger`, { now: true })).toEqual(refused(422, 'validation_error', '/now'));
    expect(await send('preview', { cron: '0 0 31 4,6 *' })).toEqual(refused(422, 'validation_error', '/cron'));
    expect(await send('preview?count=0', { interval: 5 })).toEqual(refused(422, 'validation_error', '/count'));
    expect(refusal(await service.get(`${V}/nothing`))).toEqual(refused(422, 'validation_error', '/id'));
    expect((await service.get(`${V}/${id}/ticks`)).body.total).toBe(0);
  });

  test('a schedule of bad inputs costs no time: a pattern of every second over fifty years', async () => {
    const { body } = await service.post(`${V}/preview?count=1000`, {
      ...{ cron: '* * * * * *', time_zone: 'America/St_Johns', start: '2076-01-01T00:00:00Z' },
    });
    expect((body.data as unknown as { upcoming: unknown[] }).upcoming).toHaveLength(1000);
  });
});
