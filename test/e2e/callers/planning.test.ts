import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { curlsOf } from '../../world/guide-curls.js';
import { TestService, type Answer } from '../../world/service.js';

let root: string;
let outside: string;
let service: TestService;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-root-'));
  outside = await mkdtemp(join(tmpdir(), 'harmonia-outside-'));
  service = await TestService.start({ TEKTON_ROOT: root });
});
afterAll(async () => {
  await service.stop();
  for (const directory of [root, outside]) await rm(directory, { recursive: true });
});

const sprints = (): string => join(root, 'MetaData', 'DevelopmentSprints');
const data = (): string => join(root, '.tekton', 'workflows', 'data');
const anyText = expect.any(String) as unknown as string;

const METIS = (tasks: object[]): object => ({
  sprint_id: 'b7c1',
  exported_at: '2026-01-05T10:00:00',
  exported_by: 'Metis',
  status: 'Ready-2:Harmonia',
  tasks,
  summary: { total_tasks: tasks.length, total_hours: 6, average_complexity: 2 },
});
const TASKS = [
  {
    ...{ id: 't-1', sprint_id: 'b7c1', name: 'Draw it', description: 'With care, {{ not an expression }}.' },
    ...{ complexity: 3, estimated_hours: 4, phase: 'Planning', status: 'pending', created_at: 'x', dependencies: [] },
  },
  { id: 't-2', name: 'Build it', phase: 'implementation', estimated_hours: 2, complexity: 1, dependencies: ['t-1'] },
];

const log = (status: string): string =>
  `# Daily Log\n\n## Sprint Status: ${status}\n**Updated**: 2026-01-05T10:00:00Z\n**Updated By**: Metis\n\n## Day 1\nWe began.\n`;
const sprint = async (name: string, status: string, handoff?: unknown): Promise<string> => {
  const directory = join(sprints(), `${name}_Sprint`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'DAILY_LOG.md'), log(status));
  if (handoff !== undefined)
    await writeFile(
      join(directory, 'harmonia_export.json'),
      typeof handoff === 'string' ? handoff : JSON.stringify(handoff),
    );
  return directory;
};
const clear = async (): Promise<void> => {
  for (const directory of ['MetaData', '.tekton']) await rm(join(root, directory), { recursive: true, force: true });
};
beforeEach(clear);

const logOf = (directory: string): Promise<string> => readFile(join(directory, 'DAILY_LOG.md'), 'utf8');
const send = (body: unknown, path = '/workflow'): Promise<Answer> => service.post(path, body);
const standard = (payload: object): Promise<Answer> =>
  send({ purpose: { harmonia: 'go on' }, dest: 'harmonia', payload });

describe('sprints, as the page of the platform asks for them', () => {
  test('lists those of a status with their tasks and hours, and the tasks of one', async () => {
    await sprint('Ready_One', 'Ready-2:Harmonia', METIS(TASKS));
    await sprint('Other', 'Building');
    await writeFile(
      join(sprints(), 'Ready_One_Sprint', 'SPRINT_PLAN.md'),
      '# Plan\n\nMakes **things**\nbetter.\n\n**Priority**: High\n',
    );
    const { status, body } = await service.get('/api/v1/sprints?status=Ready-2%3AHarmonia');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      total: 1,
      sprints: [
        {
          ...{ id: 'Ready_One_Sprint', name: 'Ready One', status: 'Ready-2:Harmonia', priority: 'High' },
          description: 'Makes **things** better.',
          ...{ created_date: anyText, path: 'MetaData/DevelopmentSprints/Ready_One_Sprint', total_hours: 6 },
          tasks: [{ id: 't-1', name: 'Draw it', hours: 4, type: 'Planning' }, { id: 't-2' }],
        },
      ],
    });
    expect((await service.get('/api/v1/sprints')).body).toMatchObject({ total: 2 });
    expect((await service.get('/api/sprints?limit=1&page=2')).body).toMatchObject({ sprints: [{ name: 'Ready One' }] });
    for (const id of ['Ready_One_Sprint', 'Ready_One', 'Ready%20One'])
      expect((await service.get(`/api/v1/sprints/${id}/tasks`)).body).toMatchObject({
        success: true,
        tasks: [
          { id: 't-1', component: 'prometheus', assigned_because: 'mapped', dependencies: [] },
          { id: 't-2', component: 'numa', status: 'pending', complexity: 1, dependencies: ['t-1'] },
        ],
      });
  });

  test('both forms of what Metis hands over become a workflow, and a changed one a further version', async () => {
    const tasks = [{ id: 'b', name: 'Do', component: 'ergon', dependencies: ['a'], estimated_hours: 1.5 }];
    const planned = {
      sprint_name: 'Planned',
      total_complexity: 3,
      phases: [
        {
          id: 'p1',
          name: 'analysis',
          complexity: 1,
          tasks: [{ id: 'a', name: 'Look', type: 'analysis', requirements: ['r'] }],
        },
        {
          id: 'p2',
          name: 'other',
          tasks,
        },
      ],
      dependency_graph: { b: ['a'] },
      execution_order: ['a', 'b'],
      critical_path: ['a', 'b'],
      metadata: { created_by: 'metis', next_component: 'harmonia', next_status: 'Ready-2:Harmonia' },
    };
    const directory = await sprint('Planned', 'Ready-2:Harmonia', planned);
    await service.send('PUT', '/api/v1/component-mappings', {
      task_type: 'analysis',
      component: 'sophia',
      previous_component: 'metis',
    });
    await service.post('/api/v1/component-tasks/assign', {
      task_id: 'b',
      component: 'apollo',
      assignment_time: '2026-01-01T00:00:00Z',
    });
    const made = await service.post('/api/v1/sprints/Planned/workflow');
    expect(made).toMatchObject({ status: 200, body: { data: { change: 'created', task_count: 2, version: '1.0.0' } } });
    const id = made.body.workflow_id as string;
    expect((await service.get(`/api/v1/workflows/${id}`)).body.data).toMatchObject({
      name: 'Planned',
      tags: ['sprint:Planned_Sprint'],
      tasks: {
        a: {
          component: 'sophia',
          action: 'execute',
          input: { requirements: ['r'] },
          metadata: { assignment: 'mapped' },
        },
        b: { component: 'apollo', depends_on: ['a'], metadata: { assignment: 'assigned' } },
      },
    });
    expect((await service.post('/api/v1/sprints/Planned/workflow')).body).toMatchObject({
      workflow_id: id,
      data: { change: 'unchanged' },
    });
    tasks.push({ id: 'c', name: 'More', component: 'ergon', dependencies: ['b'], estimated_hours: 1 });
    await writeFile(join(directory, 'harmonia_export.json'), JSON.stringify(planned));
    expect((await service.post('/api/v1/sprints/Planned/workflow')).body).toMatchObject({
      workflow_id: id,
      data: { change: 'updated', version: '1.0.1', task_count: 3 },
    });
    await service.post('/api/v1/component-tasks/b/unassign');
  });

  test('a task without an action does what its component does with work of its kind', async () => {
    await sprint('Kinds', 'Ready-2:Harmonia', METIS(TASKS));
    const { workflow_id: id } = (await service.post('/api/v1/sprints/Kinds/workflow')).body;
    expect((await service.get(`/api/v1/workflows/${id as string}`)).body.data).toMatchObject({
      tasks: {
        t_1: { component: 'prometheus', action: 'create_plan', metadata: { extra: { estimated_hours: 4 } } },
        t_2: { component: 'numa', action: 'implement_feature' },
      },
    });
  });

  test('is handed on to Synthesis: document, file of the hand-off, then the status', async () => {
    const directory = await sprint('Onward', 'Ready-2:Harmonia', METIS(TASKS));
    const dry = await service.post('/api/v1/sprints/Onward/export', { dry_run: true });
    expect(dry).toMatchObject({ status: 200, body: { data: { dry_run: true, path: null } } });
    expect(await logOf(directory)).toContain('Ready-2:Harmonia');
    const { body } = await service.post('/api/v1/sprints/Onward/export', { auto_start: true });
    const exported = body.data as unknown as { document: JsonObject; path: string; handoff_path: string };
    const { document, path, handoff_path: handoff } = exported;
    expect(document).toMatchObject({
      sprint_name: 'Onward',
      workflow_definition: {
        name: 'Onward',
        tasks: {
          t_1: { id: 't-1', type: 'standard', component: 'prometheus', action: 'create_plan', depends_on: [] },
          t_2: {
            ...{ id: 't-2', component: 'numa', depends_on: ['t_1'] },
            input: { name: 'Build it' },
            error_handler: { type: 'fail', max_retries: 0 },
          },
        },
        execution_order: ['t_1', 't_2'],
      },
      metadata: {
        ...{ created_by: 'harmonia', created_at: anyText, source_tasks: ['t-1', 't-2'], auto_start: true },
        ...{ next_component: 'synthesis', next_status: 'Ready-3:Synthesis', template: null },
      },
    });
    expect(JSON.parse(await readFile(join(root, path), 'utf8'))).toEqual(document);
    expect(JSON.parse(await readFile(join(root, handoff), 'utf8'))).toMatchObject({
      ...{ sprint_name: 'Onward_Sprint', current_stage: 'harmonia', next_stage: 'synthesis', harmonia: document },
      metadata: { updated_by: 'harmonia' },
    });
    const written = await logOf(directory);
    expect(written).toMatch(
      /^# Daily Log\n\n## Sprint Status: Ready-3:Synthesis\n\*\*Updated\*\*: .*Z\n\*\*Updated By\*\*: harmonia\n\n## Day 1\nWe began.\n$/,
    );
    expect((await readdir(directory)).sort()).toEqual([
      'DAILY_LOG.md',
      'harmonia_export.json',
      'synthesis_export.json',
    ]);
    // Of work that is done nothing is offered again.
    expect((await standard({ action: 'look_for_work' })).body).toMatchObject({ work_count: 0, count: 0 });
  });

  test('what stands against an export is told at once, and nothing is written', async () => {
    const directory = await sprint(
      'Unready',
      'Ready-2:Harmonia',
      METIS([...TASKS, { id: 'lost', name: 'Nobody does it', phase: 'odd' }]),
    );
    const { status, body } = await service.post('/api/v1/sprints/Unready/export');
    expect([status, body]).toMatchObject([
      422,
      {
        error: {
          code: 'sprint_not_ready',
          details: {
            faults: [
              { code: 'task_unassigned', pointer: '/tasks/lost' },
              { code: 'task_unconnected', pointer: '/tasks/lost' },
            ],
          },
        },
      },
    ]);
    expect(await logOf(directory)).toBe(log('Ready-2:Harmonia'));
    expect(await readdir(directory)).toHaveLength(2);
    await service.post('/api/v1/component-tasks/assign', { task_id: 'lost', component: 'ergon' });
    expect((await service.post('/api/v1/sprints/Unready/export')).body).toMatchObject({
      error: { details: { faults: [{ code: 'task_unconnected' }] } },
    });
    const connected = {
      name: 'Mine',
      tasks: { a: { component: 'ergon', action: 'go' }, b: { type: 'core/noop', depends_on: ['a'] } },
    };
    expect(
      (await service.post('/api/v1/sprints/Unready/export', { workflow_id: await service.workflow(connected) })).body,
    ).toMatchObject({ error: { details: { faults: [{ code: 'task_unassigned', pointer: '/tasks/b' }] } } });
    await service.post('/api/v1/component-tasks/lost/unassign');
  });

  test('goes forward only; Harmonia may be passed over', async () => {
    const directory = await sprint('Steps', 'Ready-1:Metis');
    const to = (body: object): Promise<Answer> => service.send('PUT', '/api/v1/sprints/Steps/status', body);
    expect(await to({ status: 'Planning' })).toMatchObject({ status: 409 });
    expect(await to({ status: 'Finished' })).toMatchObject({ status: 400 });
    expect(await to({ status: 'Ready-2:Harmonia', old_status: 'Created' })).toMatchObject({ status: 409 });
    expect(await logOf(directory)).toBe(log('Ready-1:Metis'));
    expect((await service.post('/api/v1/sprints/Steps/export')).status).toBe(409);
    expect((await service.post('/api/v1/sprints/Steps/skip')).body.data).toMatchObject({
      status: 'Ready-3:Synthesis',
      previous_status: 'Ready-1:Metis',
    });
    expect((await service.post('/api/v1/sprints/Steps/skip')).status).toBe(409);
    expect(await to({ status: 'Superceded' })).toMatchObject({ status: 200 });
    expect(await to({ status: 'Complete' })).toMatchObject({ status: 409 });
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{"tasks": [', 'it is no JSON'],
    ['a list', '[]', 'it is no JSON object'],
    ['too deep', `{"tasks":${'['.repeat(200)}${']'.repeat(200)}}`, 'nests more than 128'],
    ['too large', `{"tasks":[],"x":"${'x'.repeat(4 * 2 ** 20)}"}`, 'the limit is 4194304'],
  ])('a hand-off that is %s is a problem of its sprint, and of nothing else', async (_, handoff, reason) => {
    await sprint('Bad', 'Ready-2:Harmonia', handoff);
    await sprint('Good', 'Ready-2:Harmonia', METIS(TASKS));
    expect((await service.get('/api/v1/sprints')).body).toMatchObject({
      sprints: [
        { id: 'Bad_Sprint', tasks: [], problems: [expect.stringContaining(reason)] },
        { id: 'Good_Sprint', problems: [] },
      ],
    });
    for (const path of ['/tasks', '/workflow'])
      expect(await service.send(path === '/tasks' ? 'GET' : 'POST', `/api/v1/sprints/Bad${path}`)).toMatchObject({
        status: 422,
        body: { error: { code: 'planning_file_unusable' } },
      });
  });

  test('a page of sprints has so many tasks and no more', async () => {
    const many = Array.from({ length: 20_001 }, (_, n) => ({ id: String(n), name: 'x' }));
    await sprint('A', 'Ready-2:Harmonia', METIS(many));
    await sprint('B', 'Ready-2:Harmonia', METIS(TASKS));
    const { body } = await service.get('/api/v1/sprints');
    const [a, b] = body.sprints as unknown as { tasks: object[]; problems: string[] }[];
    expect([a?.tasks.length, a?.problems, b?.tasks]).toEqual([20_001, [], []]);
    expect(b?.problems).toEqual([expect.stringContaining('left out')]);
    expect((await service.get('/api/v1/sprints/B/tasks')).body.total).toBe(2);
  });

  test('links that lead elsewhere are not followed, neither to read nor to write', async () => {
    await writeFile(join(outside, 'secret.json'), JSON.stringify(METIS([{ id: 'stolen', name: 'stolen' }])));
    await writeFile(join(outside, 'DAILY_LOG.md'), log('Ready-2:Harmonia'));
    const directory = await sprint('Linked', 'Ready-2:Harmonia');
    await symlink(join(outside, 'secret.json'), join(directory, 'harmonia_export.json'));
    await symlink(outside, join(sprints(), 'Elsewhere_Sprint'));
    const { body } = await service.get('/api/v1/sprints');
    expect(body).toMatchObject({ total: 1, sprints: [{ id: 'Linked_Sprint', tasks: [] }] });
    expect(JSON.stringify(body)).not.toContain('stolen');
    for (const path of [
      'Elsewhere_Sprint',
      '..%2F..%2Fetc',
      '.',
      '..%2F..%2F..%2Fetc_Sprint',
      'a%00_Sprint',
      'x'.repeat(300),
    ])
      expect((await service.get(`/api/v1/sprints/${path}/tasks`)).status).toBe(404);
    await rm(join(directory, 'DAILY_LOG.md'));
    await symlink(join(outside, 'DAILY_LOG.md'), join(directory, 'DAILY_LOG.md'));
    expect(await service.send('PUT', '/api/v1/sprints/Linked/status', { status: 'Building' })).toMatchObject({
      status: 422,
    });
    expect(await readFile(join(outside, 'DAILY_LOG.md'), 'utf8')).toBe(log('Ready-2:Harmonia'));
    await mkdir(join(root, '.tekton'), { recursive: true });
    await symlink(outside, join(root, '.tekton', 'workflows'));
    expect((await standard({ action: 'export_data', sprint_name: 'Linked', data: { a: 1 } })).body).toMatchObject({
      status: 'error',
      code: 'planning_file_unusable',
    });
    expect((await readdir(outside)).sort()).toEqual(['DAILY_LOG.md', 'secret.json']);
  });
});

describe('POST /workflow', () => {
  const A = (payload: object = { component: 'harmonia', action: 'look_for_work' }, more: object = {}): object => ({
    ...{ purpose: 'check_work', dest: 'harmonia', payload },
    ...more,
  });
  const B = (payload: object, more: object = {}): object => ({
    ...{ purpose: { harmonia: 'see what there is', metis: 'rest' }, dest: 'harmonia', payload },
    ...more,
  });

  test('on all its paths, in all three forms: one answer with the words of all', async () => {
    await sprint('Waiting', 'Ready-2:Harmonia', METIS(TASKS));
    await sprint('Harmonia_Elsewhere', 'Ready-1:Metis', METIS(TASKS));
    await mkdir(data(), { recursive: true });
    const file = (id: string, content: object): Promise<void> =>
      writeFile(join(data(), `${id}.json`), JSON.stringify(content));
    const handed = {
      sprint_name: 'X',
      metadata: { created_at: '2026-01-01' },
      tasks: [
        { id: 1, component: 'harmonia' },
        { id: 2, component: 'numa' },
      ],
    };
    await file('ours', { ...handed, current_stage: 'metis', next_stage: 'harmonia' });
    // Each has the word in it; none is for us.
    await file('theirs', {
      sprint_name: 'harmonia',
      current_stage: 'metis',
      next_stage: 'harmonia-ci',
      note: 'harmonia',
    });
    await file('done', { current_stage: 'metis', next_stage: 'harmonia', status: 'completed' });
    await file('broken', {});
    await writeFile(join(data(), 'garbage.json'), '{');
    const ready = { id: 'Waiting_Sprint', name: 'Waiting', path: 'MetaData/DevelopmentSprints/Waiting_Sprint' };
    const C = { purpose: { harmonia: 'check_for_sprints' }, source: 'ui_navigation' };
    for (const path of ['/workflow', '/api/workflow', '/api/v1/workflow', '/api/mcp/v2/workflow'])
      for (const message of [A(), A({ action: 'look_for_work' }), B({ action: 'look_for_work' }), C])
        expect(await send(message, path)).toMatchObject({
          status: 200,
          body: {
            ...{ status: 'success', success: true, component: 'harmonia', message: anyText },
            ...{ work_available: true, work_count: 1, found: 2, count: 1, ready_sprints: [ready] },
            work_items: [
              {
                ...{ workflow_id: 'ours', workflow_file: '.tekton/workflows/data/ours.json', status: 'pending' },
                ...{ created: '2026-01-01', component_tasks: [{ id: 1 }] },
              },
            ],
            items: [{ workflow_id: 'ours' }, ready],
          },
        });
  });

  test.each<[string, unknown, number, object]>([
    ['a text', '"hello"', 400, { detail: 'Message must be a JSON object' }],
    ['a list', [], 400, { detail: 'Message must be a JSON object' }],
    ['nothing in it', {}, 400, { detail: "Missing required fields: ['purpose', 'dest', 'payload']" }],
    [
      'no payload',
      { purpose: 'check_work', dest: 'harmonia' },
      400,
      { detail: "Missing required fields: ['payload']" },
    ],
    ['a payload alone', { payload: {} }, 400, { detail: "Missing required fields: ['purpose', 'dest']" }],
    [
      'another dest',
      A(undefined, { dest: 'metis' }),
      200,
      { status: 'error', message: anyText, component: 'harmonia' },
    ],
    ['a dest like ours', A(undefined, { dest: 'harmonia2' }), 200, { status: 'error' }],
    ['another purpose', A(undefined, { purpose: 'sing' }), 200, { status: 'not_implemented', purpose: 'sing' }],
    ['another dest in form B', B({}, { dest: 'metis' }), 200, { status: 'ignored', reason: 'wrong destination' }],
    ['no purpose for us', B({}, { purpose: { metis: 'x' } }), 200, { status: 'error', reason: 'no purpose defined' }],
    [
      'no purpose for us in form C',
      { purpose: { metis: 'x' } },
      200,
      { status: 'error', reason: 'no purpose defined' },
    ],
    [
      'an unknown action',
      B({ action: 'toString' }),
      200,
      { status: 'error', success: false, message: expect.stringContaining('Unknown action') },
    ],
    [
      'no such sprint',
      B({ action: 'process_sprint', sprint_name: '../../etc' }),
      200,
      { status: 'error', code: 'sprint_not_found' },
    ],
    ['no sprint at all', B({ action: 'process_sprint' }), 200, { status: 'error', code: 'invalid_request' }],
    [
      'a path for an id',
      B({ action: 'export_data', sprint_name: 'S', workflow_id: '../x', data: {} }),
      200,
      { status: 'error' },
    ],
    [
      'a path for a reference',
      B({ action: 'import_data', data: { type: 'reference', workflow_id: '../../../etc/passwd' } }),
      200,
      { status: 'error', code: 'handoff_not_found' },
    ],
    [
      'a part that is no component',
      B({ action: 'export_data', sprint_name: 'S', from_component: 'metadata', data: {} }),
      200,
      { status: 'error' },
    ],
  ])('with %s', async (_, message, status, answer) => {
    await mkdir(sprints(), { recursive: true });
    expect(await send(message)).toMatchObject({ status, body: answer });
    expect(await readdir(root)).toEqual(['MetaData']);
  });

  test('process_sprint, update_status', async () => {
    const directory = await sprint('Via_Message', 'Ready-2:Harmonia', METIS(TASKS));
    const made = await standard({ action: 'process_sprint', sprint_name: 'Via_Message_Sprint' });
    expect(made.body).toMatchObject({ status: 'success', workflow_id: anyText, change: 'created', task_count: 2 });
    const update = { action: 'update_status', sprint_name: 'Via_Message', from_component: 'Metis' };
    expect((await standard({ ...update, old_status: 'Created', new_status: 'Building' })).body).toMatchObject({
      status: 'error',
      updated: false,
    });
    const right = { ...update, old_status: 'Ready-2:Harmonia', new_status: 'Ready-Review' };
    expect((await standard(right)).body).toMatchObject({ status: 'success', updated: true });
    expect(await logOf(directory)).toContain('## Sprint Status: Ready-Review\n');
    expect(await logOf(directory)).toContain('**Updated By**: metis\n');
  });

  test('import_data: in the message, and in a file that another component wrote', async () => {
    await sprint('Carried', 'Ready-2:Harmonia');
    const handoff = METIS(TASKS);
    const embedded = { action: 'import_data', sprint_name: 'Carried', data: { type: 'embedded', content: handoff } };
    const first = (await standard(embedded)).body as JsonObject;
    expect(first).toMatchObject({ status: 'success', change: 'created', imported_from: 'message' });
    const kept = (
      await standard({ action: 'export_data', sprint_name: 'Carried', from_component: 'metis', data: handoff })
    ).body;
    const reference = { type: 'reference', workflow_id: kept.workflow_id, path: '/etc/passwd' };
    expect((await standard({ action: 'import_data', sprint_name: 'Carried', data: reference })).body).toMatchObject({
      ...{ status: 'success', change: 'unchanged', workflow_id: first.workflow_id, imported_from: kept.workflow_id },
    });
  });

  test('export_data: small data comes back, large data is told where it is; the parts of others stay', async () => {
    await sprint('Sizes', 'Ready-2:Harmonia', METIS(TASKS));
    const send1 = { action: 'export_data', sprint_name: 'Sizes', from_component: 'metis', data: { n: 1 } };
    const { body } = await standard(send1);
    expect(body).toMatchObject({ status: 'success', data: { type: 'embedded', content: { n: 1 } } });
    expect(body.workflow_id).toMatch(/^sizes_\d{4}_\d\d_\d\d_\d{6}$/);
    const large = { text: 'x'.repeat(10 * 1024) };
    const id = body.workflow_id as string;
    const second = await standard({ action: 'export_data', sprint_name: 'Sizes', workflow_id: id, data: large });
    const path = `.tekton/workflows/data/${id}.json`;
    expect(second.body).toMatchObject({
      workflow_path: path,
      data: { type: 'reference', workflow_id: id, path },
    });
    expect(JSON.parse(await readFile(join(root, path), 'utf8'))).toMatchObject({
      ...{ workflow_id: id, sprint_name: 'Sizes', current_stage: 'harmonia', next_stage: 'synthesis' },
      ...{ metis: { n: 1 }, harmonia: large, metadata: { updated_by: 'harmonia' } },
    });
    const other = { action: 'export_data', sprint_name: 'Another', workflow_id: id, data: {} };
    expect((await standard(other)).body).toMatchObject({ status: 'error', code: 'conflict' });
    // Without data it is what Harmonia has made of the sprint.
    expect((await standard({ action: 'export_data', sprint_name: 'Sizes' })).body).toMatchObject({
      data: { content: { workflow_definition: { execution_order: ['t_1', 't_2'] } } },
    });
  });
});

test('docs/guides/callers.md: every line of it is answered, and the workflow in it is one', async () => {
  await sprint('Demo', 'Ready-2:Harmonia', METIS(TASKS));
  const answers = await curlsOf(service, 'callers');
  expect(answers).toHaveLength(15);
  for (const [line, { status }] of answers) expect([line, status]).toEqual([line, 200]);
  for (const [line, { body }] of answers.slice(-3)) expect([line, body.status]).toEqual([line, 'success']);
  const guide = await readFile(new URL('../../../docs/guides/callers.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const checked = await service.send('POST', '/api/v1/workflows/validate', example, {
    'content-type': 'application/yaml',
  });
  expect(checked.body).toMatchObject({ valid: true });
});

test('without TEKTON_ROOT there are no sprints, and that is said', async () => {
  const bare = await TestService.start();
  try {
    expect(await bare.get('/api/v1/sprints')).toMatchObject({
      status: 200,
      body: { success: true, sprints: [], total: 0 },
    });
    expect(await bare.get('/api/v1/sprints/x')).toMatchObject({
      status: 409,
      body: { error: { code: 'tekton_root_unset' } },
    });
    const looked = await bare.post('/workflow', { purpose: { harmonia: 'check_for_sprints' } });
    expect(looked.body).toMatchObject({
      success: true,
      count: 0,
      message: expect.stringContaining('TEKTON_ROOT') as unknown,
    });
    const exported = {
      purpose: { harmonia: 'x' },
      dest: 'harmonia',
      payload: { action: 'export_data', sprint_name: 'a', data: {} },
    };
    expect((await bare.post('/workflow', exported)).body).toMatchObject({ status: 'error', code: 'tekton_root_unset' });
  } finally {
    await bare.stop();
  }
});
