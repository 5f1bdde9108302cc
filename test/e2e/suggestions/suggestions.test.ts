import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestService } from '../../world/service.js';

const V = '/api/v1';
let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const CHAIN = {
  name: 'chain',
  tasks: {
    a: { type: 'core/value', input: { n: 1 } },
    b: { type: 'core/value', input: { n: 2 }, depends_on: ['a'] },
    c: { type: 'core/value', input: { n: 3 }, depends_on: ['b'] },
  },
  output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}', c: '${tasks.c.output.n}' },
};

test('thin slice', async () => {
  const id = await service.workflow(CHAIN);
  const found = await service.post(`${V}/workflows/${id}/suggestions`, {});
  console.log(JSON.stringify(found.body, null, 1));
  const [first] = found.body.suggestions as unknown as { id: string }[];
  const again = await service.post(`${V}/workflows/${id}/suggestions`, {});
  console.log((again.body.data as unknown as {cached: boolean}).cached);
  const preview = await service.post(`${V}/suggestions/${first?.id}/preview`);
  console.log(JSON.stringify(preview.body));
  const applied = await service.post(`${V}/suggestions/${first?.id}/apply`, {}, { 'if-match': '1.0.0' });
  console.log(JSON.stringify(applied.body));
  expect(applied.status).toBe(201);
});
