import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HarmoniaError } from '../../src/kernel/index.js';
import type { WorkflowEvent, WorkflowService, WorkflowStart } from '../../src/plugin/contract/index.js';
import { closeIsolated, isolated, type IsolatedWorld } from '../world/isolated.js';

/** What the service of workflows is asked, as it arrives. Its methods need their object, as those of the real one do. */
class Asked implements WorkflowService {
  readonly calls: unknown[][] = [];
  /** What `signal` waits for. */
  held: Promise<void> | undefined;

  async start(request: WorkflowStart): Promise<{ readonly execution: string }> {
    await this.note('start', request);
    if (request.workflow === 'gone') throw new HarmoniaError('workflow_not_found', { id: 'gone' });
    return { execution: `e-${request.key}` };
  }

  async publish(event: WorkflowEvent, ...workflow: [string?]): Promise<readonly string[]> {
    await this.note('publish', event, ...workflow);
    return ['e1', 'e2'];
  }

  async signal(execution: string, event: WorkflowEvent): Promise<void> {
    await this.note('signal', execution, event);
    await this.held;
  }

  async setState(execution: string, values: object): Promise<void> {
    await this.note('setState', execution, values);
  }

  private async note(...call: unknown[]): Promise<void> {
    this.calls.push(call);
    await Promise.resolve();
  }
}

const TASKS = {
  all: `const { workflows } = context.services;
    return [
      await workflows.start({ workflow: 'w', version: undefined, input: { n: 1 }, key: context.idempotencyKey }),
      await workflows.publish({ name: 'order.paid', payload: [1] }),
      await workflows.publish({ name: 'order.paid', payload: null }, undefined),
      await workflows.publish({ name: 'order.paid', payload: null }, 'w'),
      (await workflows.signal('e1', { name: 'go', payload: { a: 'ä' } })) ?? 'nothing',
      (await workflows.setState('e1', { 'a/b': null })) ?? 'nothing',
    ];`,
  passes: `return context.services.workflows.start({ workflow: 'gone', key: 'k' });`,
  catches: `try { return await context.services.workflows.start({ workflow: 'gone', key: 'k' }); }
    catch (error) { return [error.code, error.message]; }`,
  once: `return context.once('started', () => context.services.workflows.start({ workflow: 'w', key: 'k' }));`,
  large: `return context.services.workflows.publish({ name: 'n', payload: 'x'.repeat(3 * 2 ** 20) });`,
  waits: `await context.services.workflows.signal('e1', { name: 'go', payload: null }); return 'heard';`,
  offers: `return Object.keys(context.services.workflows).sort();`,
};

let asked: Asked;
let world: IsolatedWorld;
beforeAll(async () => {
  asked = new Asked();
  world = await isolated({ tasks: TASKS, services: { workflows: asked }, limits: { maxOutputBytes: 2 ** 20 } });
});
afterAll(closeIsolated);
beforeEach(() => {
  asked.calls.length = 0;
});

describe('an isolated task', () => {
  test('asks for all that the service of workflows does, and gets its answers', async () => {
    expect(await world.run('all')).toEqual({
      is: 'completed',
      output: [{ execution: 'e-e:/a:1' }, ['e1', 'e2'], ['e1', 'e2'], ['e1', 'e2'], 'nothing', 'nothing'],
    });
    expect(asked.calls).toEqual([
      ['start', { workflow: 'w', input: { n: 1 }, key: 'e:/a:1' }],
      ['publish', { name: 'order.paid', payload: [1] }],
      ['publish', { name: 'order.paid', payload: null }],
      ['publish', { name: 'order.paid', payload: null }, 'w'],
      ['signal', 'e1', { name: 'go', payload: { a: 'ä' } }],
      ['setState', 'e1', { 'a/b': null }],
    ]);
    expect(await world.run('offers')).toEqual({
      is: 'completed',
      output: ['publish', 'setState', 'signal', 'start'],
    });
  });

  test('fails with a refusal that it passes on, and can read one that it catches', async () => {
    const { message } = new HarmoniaError('workflow_not_found', { id: 'gone' });
    expect(await world.run('passes')).toEqual({
      is: 'failed',
      failure: { kind: 'fatal', code: 'workflow_not_found', message },
    });
    expect(await world.run('catches')).toEqual({ is: 'completed', output: ['workflow_not_found', message] });
  });

  test('starts once for all attempts', async () => {
    expect(await world.run('once')).toEqual({ is: 'completed', output: { execution: 'e-k' } });
    const results = Object.entries(world.recorded).map(([key, result]) => ({ key, result: result }));
    expect(await world.run('once', { results })).toEqual({ is: 'completed', output: { execution: 'e-k' } });
    expect(asked.calls).toHaveLength(1);
  });

  test('gives no more at a time than it may answer', async () => {
    expect(await world.run('large')).toMatchObject({ is: 'failed', failure: { kind: 'fatal' } });
    expect(asked.calls).toEqual([]);
  });

  test('that is aborted waits for no answer, and the worker serves others', async () => {
    asked.held = new Promise(() => undefined);
    const controller = new AbortController();
    const waiting = world.run('waits', { signal: controller.signal });
    while (asked.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await waiting).toMatchObject({ is: 'failed' });
    asked.held = undefined;
    expect(await world.run('waits')).toEqual({ is: 'completed', output: 'heard' });
  });
});
