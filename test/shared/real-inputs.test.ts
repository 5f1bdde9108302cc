import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { importDocument } from '../../src/workflow/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmonia } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const traces = readdirSync(`${DATA}wfinstances`);
const templates = readdirSync(`${DATA}templates`);
const read = (path: string): JsonObject => JSON.parse(readFileSync(DATA + path, 'utf8')) as JsonObject;

/** A component that speaks the real protocol and gives back what it was asked. */
let double: Server;
let environment: Record<string, string>;
let service: TestService;
beforeAll(async () => {
  double = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const { action, params } = JSON.parse(text) as { action: string; params: object };
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ status: 'success', data: { action, params, code_location: '/src' } }));
    });
  });
  double.listen(0, '127.0.0.1');
  await once(double, 'listening');
  const port = String((double.address() as AddressInfo).port);
  environment = { TEKTON_HOST: '127.0.0.1' };
  for (const component of ['METIS', 'NUMA', 'ATHENA', 'RHETOR']) environment[`${component}_PORT`] = port;
  service = await TestService.start(environment);
});
afterAll(async () => {
  await service.stop();
  double.close();
});

const inputFor = (document: JsonObject): Record<string, string> => {
  const schema = document.input_schema as { required?: string[] } | undefined;
  return Object.fromEntries((schema?.required ?? []).map((name) => [name, `some ${name}`]));
};

test.each([...traces.map((name) => `wfinstances/${name}`), ...templates.map((name) => `templates/${name}`)])(
  '%s is canonical once it is imported',
  (path) => {
    const once = importDocument(read(path));
    if (!once.ok) throw new Error(JSON.stringify(once.error));
    const { document } = once.value;
    expect(importDocument(document)).toEqual({ ok: true, value: { document, dialect: 'canonical', warnings: [] } });
  },
);

describe.each(traces)('trace %s', (name) => {
  const path = `wfinstances/${name}`;
  const source = read(path) as unknown as { workflow: { specification: { tasks: { parents: string[] }[] } } };
  const { tasks } = source.workflow.specification;

  test('has as many tasks and edges as the file', () => {
    const result = importDocument(source, { timeScale: 0 });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const canonical = Object.values(result.value.document.tasks as Record<string, { depends_on?: string[] }>);
    expect(canonical).toHaveLength(tasks.length);
    const edges = canonical.reduce((sum, task) => sum + (task.depends_on?.length ?? 0), 0);
    expect(edges).toBe(tasks.reduce((sum, task) => sum + task.parents.length, 0));
  });

  test('runs to its end from the command line', async () => {
    const ran = await harmonia(['run', DATA + path, '--time-scale', '0.00001', '--json']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ status: 'completed' });
  });

  test('runs to its end over the API', async () => {
    const { body } = await service.post('/api/v1/workflows/import', { document: source, time_scale: 0 });
    const execution = await service.complete(body.workflow_id as string);
    expect(execution).toMatchObject({
      status: 'completed',
      progress: { completed_tasks: tasks.length, total_tasks: tasks.length },
    });
  });
});

describe.each(templates)('template %s', (name) => {
  const path = `templates/${name}`;

  test('runs to its end from the command line', async () => {
    const result = importDocument(read(path));
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const ran = await harmonia(
      ['run', DATA + path, '--json', '--input', JSON.stringify(inputFor(result.value.document))],
      environment,
    );
    expect(ran.err).not.toContain('[');
    expect(ran.code).toBe(0);
  });

  test('runs to its end over the API', async () => {
    const { body } = await service.post('/api/v1/workflows/import', read(path));
    const { data } = body as unknown as { data: JsonObject };
    const execution = await service.complete(body.workflow_id as string, inputFor(data));
    expect(execution).toMatchObject({ status: 'completed', error: null });
  });

  test('without its components it fails with their code and cure, never with a made-up success', async () => {
    const result = importDocument(read(path));
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const ran = await harmonia([
      'run',
      DATA + path,
      '--json',
      '--input',
      JSON.stringify(inputFor(result.value.document)),
    ]);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('component_not_found');
  });
});
