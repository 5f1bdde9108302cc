import { describe, expect, test } from '@jest/globals';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import { simulate, type FaultPlan, type SimulationOptions } from '../../src/simulation/index.js';
import type { Json } from '../../src/kernel/index.js';

const plugins = [definePlugin({ id: 'shop', tasks: [defineTask({ id: 'pay', description: '', run: () => null })] })];
const simulated = (tasks: Json, options: SimulationOptions & { faults?: FaultPlan } = {}) =>
  simulate({ name: 'w', tasks }, { plugins, schedules: 5, ...options });

const waits: Json = {
  paid: { event: { name: 'order.paid', match: '${event.order == 7}' } },
  ok: { approval: { by: ['ops'] }, depends_on: ['paid'] },
  hook: { webhook: {}, depends_on: ['ok'] },
};
const results = {
  steps: {
    '/paid': { output: { order: 7 }, seconds: 60 },
    '/ok': { output: { approved: true, by: 'ops' }, seconds: 5 },
    '/hook': { output: 'called', seconds: 1 },
  },
};

describe('what steps wait for', () => {
  test('comes from outside as the script says, after they have begun to wait', async () => {
    const { ends, seconds } = await simulated(waits, { results });
    expect(ends).toEqual({ completed: 5 });
    expect(seconds?.max).toBe(66);
  });

  test('does not come when nothing is said', async () => {
    expect((await simulated(waits)).ends).toEqual({ waits: 5 });
    const silent = { steps: { ...results.steps, '/ok': { hangs: true } } };
    expect((await simulated(waits, { results: silent })).ends).toEqual({ waits: 5 });
  });

  test('may come early, late and twice', async () => {
    const faults: FaultPlan = {
      faults: [
        { fault: 'early', step: '/paid' },
        { fault: 'early', step: '/hook' },
        { fault: 'duplicate', step: '/paid', seconds: 1 },
        { fault: 'slow', step: '/ok', seconds: 4 },
      ],
    };
    const { ends, seconds, neverStruck, counterexample } = await simulated(waits, { results, faults });
    expect({ ends, neverStruck, counterexample }).toEqual({ ends: { completed: 5 }, neverStruck: [] });
    expect(seconds?.max).toBe(9);
  });
});

describe('those who look after executions', () => {
  const failsOnce: SimulationOptions = {
    results: { steps: { '/pay': { attempts: [{ failure: { code: 'broken', kind: 'fatal' } }], seconds: 1 } } },
  };

  test('run it again', async () => {
    const faults: FaultPlan = { faults: [{ fault: 'reexecute', operation: 'skip', step: '/pay' }] };
    const tasks: Json = { pay: { type: 'shop/pay' }, after: { type: 'shop/pay', depends_on: ['pay'] } };
    const { ends, counterexample, steps } = await simulated(tasks, { ...failsOnce, faults });
    expect({ ends, counterexample }).toEqual({ ends: { completed: 5 } });
    expect(steps.find(({ step }) => step === '/after')?.ran).toBe(5);
  });

  test('have it go on with the next version', async () => {
    const faults: FaultPlan = { faults: [{ fault: 'migrate', at: 10 }] };
    const nap: Json = { wait: { seconds: 60 } };
    const next = { name: 'w', version: '2.0.0', tasks: { nap, after: { type: 'shop/pay', depends_on: ['nap'] } } };
    const { ends, steps, counterexample } = await simulated({ nap }, { next, faults });
    expect({ ends, counterexample }).toEqual({ ends: { completed: 5 } });
    expect(steps.find(({ step }) => step === '/after')?.ran).toBe(5);
  });

  test('see sub-workflows through crashes', async () => {
    const child = { name: 'audit', tasks: { look: { type: 'shop/pay' } } };
    const tasks: Json = { audit: { workflow: { name: 'audit' } } };
    const faults: FaultPlan = { faults: [{ fault: 'crash', step: '/look' }] };
    const { ends, counterexample } = await simulated(tasks, { workflows: [child], faults });
    expect({ ends, counterexample }).toEqual({ ends: { completed: 5 } });
  });
});

describe('the clock of the machine', () => {
  const tasks: Json = {
    nap: { wait: { seconds: 60 } },
    pay: { type: 'shop/pay', timeout: 30, retry_policy: { max_retries: 1, initial_delay: 5, jitter: 0 } },
  };
  const hangsOnce = { steps: { '/pay': { attempts: [{ hangs: true }, { output: 'paid' }], seconds: 1 } } };

  // That nothing is early by the times that are recorded, and comes once, are invariants.
  test.each([
    { fault: 'clock', at: 10, seconds: 3600 },
    { fault: 'clock', at: 10, seconds: -3600 },
    { fault: 'freeze', at: 10, seconds: 20 },
    { fault: 'crash', at: 10, clock: 3600 },
    { fault: 'crash', at: 10, clock: -3600 },
  ] as const)('may do what it wants: %j', async (fault) => {
    const { ends, neverStruck, counterexample } = await simulated(tasks, {
      results: hangsOnce,
      faults: { faults: [fault] },
    });
    expect({ ends, neverStruck, counterexample }).toEqual({ ends: { completed: 5 }, neverStruck: [] });
  });
});
