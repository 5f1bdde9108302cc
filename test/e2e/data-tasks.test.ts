import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';

let root: string;
let service: TestService;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-roots-')));
  service = await TestService.start({ HARMONIA_FILE_ROOTS: root });
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true });
});

let count = 0;
const run = async (tasks: object, more: object = {}): Promise<JsonObject> =>
  service.complete(await service.workflow({ name: `data${count++}`, tasks, ...more }));
const errorOf = async (execution: JsonObject): Promise<JsonObject> => {
  const { body } = await service.get(`/api/v1/executions/${String(execution.id)}/tasks`);
  const [failed] = (body.items as unknown as JsonObject[]).filter(({ status }) => status === 'failed');
  return failed?.error as JsonObject;
};

describe('steps over data, files and scripts', () => {
  test('a workflow with each task of transform', async () => {
    const orders = [
      { id: 1, of: 'ada', country: 'de', amount: 5, paid: true },
      { id: 2, of: 'bo', country: 'fr', amount: 7, paid: true },
      { id: 3, of: 'ada', country: 'de', amount: 9, paid: true },
      { id: 4, of: 'cy', country: 'de', amount: 100, paid: false },
    ];
    const execution = await run(
      {
        paid: { type: 'transform/filter', input: { items: orders, where: 'paid' } },
        taxed: {
          type: 'transform/map',
          input: {
            items: '${tasks.paid.output}',
            expression: '$merge([$, { "gross": amount * $rate }])',
            variables: { rate: 2 },
          },
        },
        sorted: {
          type: 'transform/sort',
          input: { items: '${tasks.taxed.output}', by: [{ expression: 'gross', order: 'desc' }] },
        },
        totals: {
          type: 'transform/group',
          input: {
            items: '${tasks.taxed.output}',
            by: { who: 'of' },
            aggregates: { n: { op: 'count' }, sum: { op: 'sum', of: 'gross' } },
          },
        },
        named: {
          type: 'transform/join',
          input: {
            left: '${tasks.totals.output}',
            right: [{ key: 'ada', name: 'Ada L.' }],
            on: { left: 'who', right: 'key' },
            kind: 'left',
            select: '{ "name": right.name ? right.name : left.who, "sum": left.sum }',
          },
        },
        most: {
          type: 'transform/query',
          input: { data: { rows: '${tasks.named.output}' }, expression: '$max(rows.sum)' },
        },
        letter: {
          type: 'transform/template',
          input: {
            template: '{% for row in rows %}{{ row.name }}={{ row.sum }} {% endfor %}most {{ most }}',
            data: { rows: '${tasks.named.output}', most: '${tasks.most.output}' },
          },
        },
      },
      {
        output: {
          letter: '${tasks.letter.output}',
          first: '${tasks.sorted.output[0].id}',
        },
      },
    );
    expect(execution).toMatchObject({
      status: 'completed',
      output: { letter: 'Ada L.=28 bo=14 most 28', first: 3 },
    });
  });

  test('a script between files: read, computed, written, appended, copied, moved, listed, looked at, deleted', async () => {
    await writeFile(join(root, 'in.jsonl'), '{"n":1}\n{"n":41}\n');
    const execution = await run(
      {
        read: { type: 'file/read', input: { path: 'in.jsonl', as: 'json_lines' } },
        sum: {
          type: 'script/javascript',
          input: {
            input: { rows: '${tasks.read.output.content}' },
            code: 'console.log("rows", input.rows.length);\nreturn { sum: input.rows.reduce((s, { n }) => s + n, 0), at: new Date() };',
            now: '${now()}',
          },
        },
        write: {
          type: 'file/write',
          input: { path: 'out/sum.json', content: { sum: '${tasks.sum.output.sum}' }, make_directories: true },
        },
        append: {
          type: 'file/append',
          depends_on: ['write'],
          input: { path: 'out/sum.json', content: ['end'], as: 'lines' },
        },
        copy: { type: 'file/copy', depends_on: ['append'], input: { path: 'out/sum.json', to: 'copy.json' } },
        move: { type: 'file/move', depends_on: ['copy'], input: { path: 'copy.json', to: 'out/moved.json' } },
        list: { type: 'file/list', depends_on: ['move'], input: { path: 'out', pattern: '*.json' } },
        stat: { type: 'file/stat', depends_on: ['list'], input: { path: 'out/moved.json' } },
        delete: { type: 'file/delete', depends_on: ['stat'], input: { path: 'out/sum.json' } },
      },
      {
        output: {
          sum: '${tasks.sum.output}',
          names: '${tasks.list.output.entries.map(e, e.name)}',
          size: '${tasks.stat.output.size}',
          gone: '${tasks.delete.output.deleted}',
        },
      },
    );
    expect(execution).toMatchObject({
      status: 'completed',
      output: {
        sum: { sum: 42, at: expect.stringMatching(/^20.*Z$/) as unknown },
        names: ['moved.json', 'sum.json'],
        size: 15,
        gone: true,
      },
    });
    expect(await readdir(join(root, 'out'))).toEqual(['moved.json']);
    expect(await readFile(join(root, 'out/moved.json'), 'utf8')).toBe('{"sum":42}\nend\n');
    const logs = await service.get(`/api/v1/executions/${String(execution.id)}/logs`);
    expect(JSON.stringify(logs.body)).toContain('rows 2');
  });

  test.each<[string, object, string]>([
    ['transform/query', { expression: '1 +' }, 'expression_invalid'],
    ['transform/query', { expression: '($f := function($x) { $f($x) }; $f(1))', time_limit: 0.1 }, 'timeout'],
    ['transform/template', { template: '{{ nobody }}' }, 'template_failed'],
    ['script/javascript', { code: 'throw new TypeError("mine")' }, 'script_failed'],
    ['script/javascript', { code: 'for (;;);', time_limit: 0.1 }, 'timeout'],
    ['file/read', { path: '../etc/passwd' }, 'file_refused'],
    ['file/read', { path: 'nothing' }, 'file_missing'],
  ])('%s with %j fails the execution with %s', async (type, input, code) => {
    const execution = await run({ a: { type, input } });
    expect(execution).toMatchObject({ status: 'failed' });
    expect(await errorOf(execution)).toMatchObject({ code });
  });

  test.each<[string, JsonObject]>([
    [
      'transform',
      {
        paid: [
          { status: 'paid', address: { country: 'de' }, amount: 1 },
          { status: 'paid', address: { country: 'de' }, amount: 3 },
        ],
        totals: [{ country: 'de', orders: 2, total: 4 }],
      },
    ],
    ['script', { totals: { total: 104, mean: 104 / 3 } }],
  ])('the example in the README of %s runs', async (plugin, outputs) => {
    const page = await readFile(join(import.meta.dirname, '../../plugins', plugin, 'README.md'), 'utf8');
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const { tasks } = parse(example) as { tasks: object };
    const workflow = await service.workflow({ name: `readme-${plugin}`, tasks });
    const orders = [
      { status: 'paid', address: { country: 'de' }, amount: 1 },
      { status: 'open', address: { country: 'de' }, amount: 100 },
      { status: 'paid', address: { country: 'de' }, amount: 3 },
    ];
    const execution = await service.complete(workflow, { orders });
    const { body } = await service.get(`/api/v1/executions/${String(execution.id)}/tasks`);
    const steps = body.items as unknown as { id: string; output: unknown }[];
    expect(Object.fromEntries(steps.map(({ id, output }) => [id, output]))).toEqual(outputs);
  });

  test('bombs hold up nothing else', async () => {
    const bombs = await service.workflow({
      name: 'bombs',
      tasks: Object.fromEntries(
        Array.from({ length: 6 }, (_, n) => [
          `b${n}`,
          n % 2 === 0
            ? { type: 'script/javascript', input: { code: 'for (;;);', time_limit: 1 } }
            : {
                type: 'transform/query',
                input: { expression: '($f := function($x) { $f($x) }; $f(1))', time_limit: 1 },
              },
        ]),
      ),
    });
    const { body } = await service.post('/api/v1/executions', { workflow_id: bombs });
    expect(await run({ a: { type: 'core/value', input: { v: 1 } } })).toMatchObject({ status: 'completed' });
    const { body: shown } = await service.get(`/api/v1/executions/${String(body.execution_id)}`);
    expect(shown.data).toMatchObject({ status: 'running' });
    await service.post(`/api/v1/executions/${String(body.execution_id)}/cancel`);
    expect(await run({ a: { type: 'script/javascript', input: { code: 'return 1' } } })).toMatchObject({
      status: 'completed',
    });
  });
});
