import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/core/index.js';
import { readJournals } from '../world/crashes.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-deadlines-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Longer than it takes to start a process, so that some of it is left when the second one is up. */
const WAIT = 4000;
const document = {
  name: 'waits',
  tasks: {
    nap: { type: 'core/delay', input: { seconds: WAIT / 1000 } },
    flaky: {
      type: 'core/fail',
      input: { kind: 'transient', times: 1 },
      retry_policy: { max_retries: 1, backoff_strategy: 'fixed', initial_delay: WAIT / 1000, jitter: 0 },
    },
  },
};

describe('kill -9 of what waits', () => {
  test('a delay and a retry keep their times: they are not begun anew, and not early', async () => {
    const first = await ServiceProcess.start(directory);
    const execution = await first.startExecution(await first.workflow(document));
    // Both wait: the delay runs, the retry is recorded.
    await eventually(
      () => first.get(`/api/v1/executions/${execution}/events`),
      ({ body }) => JSON.stringify(body).includes('retry'),
    );
    await first.kill();
    const second = await ServiceProcess.start(directory);
    expect(
      await eventually(
        () => second.statusOf(execution),
        (status) => status !== 'running',
      ),
    ).toBe('completed');
    await second.kill();

    const events = (await readJournals(directory, [execution])).get(execution) ?? [];
    const at = (type: RunEvent['type'], step: string, attempt: number): number =>
      events.find(
        (event) => event.type === type && 'attempt' in event && event.step === step && event.attempt === attempt,
      )?.at ?? NaN;
    const [nap, again] = [at('step_started', '/nap', 1), at('step_started', '/nap', 2)];
    expect(at('attempt_lost', '/nap', 1)).toBeLessThanOrEqual(again);
    expect(at('step_completed', '/nap', 2)).toBeGreaterThanOrEqual(nap + WAIT);
    expect(at('step_completed', '/nap', 2)).toBeLessThan(again + WAIT);
    const failed = at('attempt_failed', '/flaky', 1);
    expect(at('step_started', '/flaky', 2)).toBeGreaterThanOrEqual(failed + WAIT);
    expect(at('step_started', '/flaky', 2)).toBeLessThan(again + WAIT);
  }, 60_000);
});
