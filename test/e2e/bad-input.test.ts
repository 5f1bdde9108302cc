import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TestService, type Answer } from '../world/service.js';

let service: TestService;
let workflow: string;
beforeAll(async () => {
  service = await TestService.start();
  workflow = await service.workflow({ name: 'w', tasks: { a: { type: 'core/noop' } } });
});
afterAll(() => service.stop());

const counts = async (): Promise<unknown[]> => [
  (await service.get('/api/v1/workflows')).body.total,
  (await service.get('/api/v1/executions')).body.total,
];

const expectRefusal = ({ status, body }: Answer): void => {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).toMatchObject({
    error: {
      code: expect.any(String) as unknown as string,
      message: expect.any(String) as unknown as string,
      details: { cure: expect.any(String) as unknown as string },
    },
    detail: expect.any(String) as unknown as string,
  });
};

describe('bad requests get a 4xx of the one shape and change nothing', () => {
  test.each<[string, string, unknown, number, string]>([
    ['GET', '/api/v1/nowhere', undefined, 404, 'route_not_found'],
    ['DELETE', '/api/v1/workflows', undefined, 404, 'route_not_found'],
    ['GET', '/api/v1/workflows/not-a-uuid', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/workflows/%E0%A4%A', undefined, 400, 'invalid_request'],
    ['GET', '/api/v1/workflows/00000000-0000-4000-8000-000000000000', undefined, 404, 'workflow_not_found'],
    ['GET', '/api/v1/executions/00000000-0000-4000-8000-000000000000', undefined, 404, 'execution_not_found'],
    ['GET', '/api/v1/checkpoints/00000000-0000-4000-8000-000000000000', undefined, 404, 'checkpoint_not_found'],
    ['GET', '/api/v1/workflows?limit=0', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/workflows?limit=1&limit=2', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/executions?status=odd', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/executions?from=yesterday', undefined, 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '{bad', 400, 'invalid_request'],
    ['POST', '/api/v1/workflows', '', 400, 'invalid_request'],
    ['POST', '/api/v1/workflows', 'null', 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '[]', 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '{"__proto__":{"name":"x"},"tasks":{}}', 400, 'invalid_request'],
    ['POST', '/api/v1/executions', {}, 422, 'validation_error'],
    ['POST', '/api/v1/executions', { workflow_id: 3 }, 422, 'validation_error'],
    ['POST', '/api/v1/executions/00000000-0000-4000-8000-000000000000/cancel', {}, 404, 'execution_not_found'],
  ])('%s %s %j → %i %s', async (method, path, body, status, code) => {
    const before = await counts();
    const answer = await service.send(method, path, body);
    expectRefusal(answer);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
    expect(await counts()).toEqual(before);
  });

  test('a body that is too large is 413', async () => {
    const answer = await service.post('/api/v1/workflows', { name: 'x'.repeat(17 * 2 ** 20) });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'payload_too_large' } } });
  });

  test('whatever is in a body', async () => {
    const before = await counts();
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          workflow_id: fc.oneof(fc.string(), fc.jsonValue()),
          input: fc.jsonValue(),
          execution_options: fc.jsonValue(),
          metadata: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        name: fc.jsonValue(),
        tasks: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.string(),
            fc.record({ type: fc.jsonValue(), depends_on: fc.jsonValue() }, { requiredKeys: [] }),
            { minKeys: 1 },
          ),
        ),
      }),
    );
    const paths = fc.constantFrom(
      '/api/v1/executions',
      '/api/v1/workflows',
      '/api/v1/workflows/import',
      '/api/v1/checkpoints',
      '/api/v1/state/restore',
    );
    await fc.assert(
      fc.asyncProperty(paths, bodies, async (path, body) => {
        const answer = await service.post(path, body);
        // A document may be valid by chance; anything else is refused in the one shape.
        if (answer.status === 201) before[0] = (before[0] as number) + 1;
        else expectRefusal(answer);
      }),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 3000 : 150 },
    );
    expect(await counts()).toEqual(before);
  });

  test('whatever is in an execute body of a real workflow', async () => {
    const wrong = fc.record({ input: fc.oneof(fc.string(), fc.integer(), fc.array(fc.jsonValue()), fc.boolean()) });
    const before = await counts();
    await fc.assert(
      fc.asyncProperty(wrong, async (body) =>
        expectRefusal(await service.post(`/api/v1/workflows/${workflow}/execute`, body)),
      ),
      { numRuns: 30 },
    );
    expect(await counts()).toEqual(before);
  });
});
