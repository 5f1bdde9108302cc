import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';

const DATA = fileURLToPath(new URL('../../../shared/data/templates/', import.meta.url));
const V = '/api/v1/templates';
const files = readdirSync(DATA);
const read = (file: string): JsonObject => JSON.parse(readFileSync(DATA + file, 'utf8')) as JsonObject;

/** A component that speaks the real protocol and gives back what it was asked. */
let double: Server;
let service: TestService;
const asked: string[] = [];
beforeAll(async () => {
  double = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      asked.push(text);
      const { action, params } = JSON.parse(text) as { action: string; params: object };
      const data = { action, params, code_location: '/src', root_cause: 'rust' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'success', data }));
    });
  });
  double.listen(0, '127.0.0.1');
  await once(double, 'listening');
  const port = String((double.address() as AddressInfo).port);
  const environment: Record<string, string> = { TEKTON_HOST: '127.0.0.1' };
  for (const component of ['METIS', 'NUMA', 'ATHENA', 'RHETOR']) environment[`${component}_PORT`] = port;
  service = await TestService.start(environment);
});
afterAll(async () => {
  await service.stop();
  double.close();
});

interface Parameter {
  readonly required: boolean;
  readonly default_value?: unknown;
}

const requiredOf = (document: JsonObject): string[] =>
  Object.entries(document.parameters as unknown as Record<string, Parameter>)
    .filter(([, { required }]) => required)
    .map(([name]) => name);

describe.each(files)('%s', (file) => {
  const document = read(file);
  const keep = async (): Promise<{ id: string; data: JsonObject }> => {
    const { status, body } = await service.post(`${V}/import`, document);
    expect(status).toBe(201);
    return { id: body.template_id as string, data: body.data as never };
  };

  test('is imported as it is', async () => {
    const { data } = await keep();
    const tasks = Object.keys((document.workflow_definition as { tasks: object }).tasks);
    expect(data).toMatchObject({ name: document.name, tags: document.tags, created_by: 'harmonia-ui' });
    expect(Object.keys((data.workflow_definition as { tasks: object }).tasks)).toEqual(tasks);
  });

  test('is exported as it came', async () => {
    const { id } = await keep();
    const { body } = await service.get(`${V}/${id}/export`);
    expect(body.data).toMatchObject(document);
  });

  test('becomes a workflow with its values in their places, and runs to its end', async () => {
    const { id } = await keep();
    const values = Object.fromEntries(requiredOf(document).map((name) => [name, `the ${name} "\${x}" {{ y }}`]));
    const made = await service.post(`${V}/${id}/instantiate`, { parameter_values: values });
    expect(made.status).toBe(201);
    const data = made.body.data as unknown as { tasks: JsonObject; metadata: JsonObject };
    expect(JSON.stringify(data.tasks)).not.toMatch(/params\.|\{\{ \w+ \}\}(?<!\{\{ y \}\})/);
    expect(data.metadata.parameter_values).toMatchObject(values);
    const from = asked.length;
    expect(await service.complete(made.body.workflow_id as string)).toMatchObject({ status: 'completed', error: null });
    // What was given arrives as it was given, and what tasks gave is read while it runs.
    const all = asked.slice(from).join('\n');
    for (const value of Object.values(values)) expect(all).toContain(JSON.stringify(value).slice(1, -1));
  });

  test('names each value that is missing', async () => {
    const { id } = await keep();
    const { status, body } = await service.post(`${V}/${id}/use`, undefined);
    const { details } = body.error as unknown as { details: { faults: { code: string; pointer: string }[] } };
    expect(status).toBe(422);
    expect(details.faults.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(
      requiredOf(document).map((name) => `missing_parameter /parameter_values/${name}`),
    );
  });
});

test('a default of the definition and an input that is no parameter keep their meaning', async () => {
  const { body } = await service.post(`${V}/import`, read('feature_development.json'));
  const values = { feature_name: 'a', requirements: 'b' };
  const made = await service.post(`${V}/${body.template_id as string}/instantiate`, { parameter_values: values });
  expect(made.body.data).toMatchObject({
    tasks: {
      test: { input: { test_coverage_target: 80 } },
      implement: { input: { coding_standards: '${input.coding_standards}', design_output: '${tasks.design.output}' } },
    },
  });
});
