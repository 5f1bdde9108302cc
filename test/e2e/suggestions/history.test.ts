import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { harmoniaHere } from '../../world/command-line.js';
import { refusal, refused } from '../../world/caller.js';
import { TestService } from '../../world/service.js';
import { SuggestionClient } from '../../world/suggestion-client.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const client = new SuggestionClient(() => service);

/** Fails `times` times, in a way that passes. */
const shaky = (more: JsonObject = {}): JsonObject => ({
  ...{ type: 'core/fail', input: { kind: 'transient', code: 'busy', times: '${input.times}' } },
  ...more,
});
const document = (name: string, more: JsonObject = {}): JsonObject => ({
  ...{ name, version: '1.0.0' },
  tasks: { shaky: shaky(more), after: { type: 'core/noop', depends_on: ['shaky'] } },
});

test('what runs have shown is suggested with its figures, applied after a yes only, and not found again', async () => {
  const retried = await service.workflow(document('retried', { retry_policy: { max_retries: 3, initial_delay: 0 } }));
  const id = await service.workflow(document('tuned'));
  const ask = { kinds: ['tune_retry'], goal: 'reliability' };
  expect(await client.suggest(id, ask)).toEqual([]);
  for (let run = 0; run < 12; run++) await service.complete(retried, { times: 1 });
  for (let run = 0; run < 40; run++) await service.complete(id, { times: run % 3 === 0 ? 1 : 0 });

  const found = await client.one(id, ask);
  expect(found).toMatchObject({
    ...{ kind: 'tune_retry', equivalence: 'policy-change', risk: 'medium', source: 'rules' },
    title: 'Try /shaky again up to 1 time when it fails in a way that may pass',
    rationale:
      '14 attempts in 40 runs of /shaky failed in a way that may pass. ' +
      'Of 12 attempts after a failed one at other tasks of its type 12 succeeded. ' +
      'Nothing changes but how attempts are made.',
    ops: [{ op: 'set_retry', task: '/shaky', retry_policy: { max_retries: 1 } }],
    impact: { unit: 'seconds', basis: { runs: 40 }, reliability: { failure: { after: 0 } } },
  });
  const { before } = (found.impact as unknown as { reliability: { failure: { before: number } } }).reliability.failure;
  expect(Math.abs(before - 14 / 40)).toBeLessThan(0.1);
  expect(await client.answer(id, ask)).toMatchObject({ cached: true });

  expect(refusal(await client.post(found.id, 'apply'))).toEqual(refused(428, 'suggestion_unconfirmed'));
  expect(await client.version(id)).toMatchObject({ version: '1.0.0' });
  expect((await client.post(found.id, 'apply', { confirm: true })).status).toBe(201);
  expect(await service.complete(id, { times: 1 })).toMatchObject({ status: 'completed' });
  expect(await client.suggest(id, ask)).toEqual([]);
});

test('the command line tells of it, and asks for a yes', async () => {
  const harmonia = (...args: string[]) => harmoniaHere([...args, '--url', service.url]);
  const id = await service.workflow(document('spoken'));
  for (let run = 0; run < 40; run++) await service.complete(id, { times: run % 3 === 0 ? 1 : 0 });
  const told = await harmonia('suggest', 'spoken', '--kind', 'tune_retry', '--goal', 'reliability');
  expect(told.out).toContain('Try /shaky again up to 1 time when it fails in a way that may pass');
  const [suggestion = ''] = /\b[0-9a-f]{64}\b/.exec(told.out) ?? [];
  expect(await harmonia('suggestion', 'apply', suggestion)).toMatchObject({ code: 2 });
  expect(await harmonia('suggestion', 'apply', suggestion, '--confirm')).toMatchObject({ code: 0 });
});
