import { beforeEach, describe, expect, test } from '@jest/globals';
import { Inbox } from '../../src/integration/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import type { WorkflowStart } from '../../src/plugin/contract/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { settled, until } from '../world/engine-world.js';
import { MemoryInbox } from '../world/memory-inbox.js';

const DAY = 86_400_000;
const START = { is: 'start', workflow: 'w' } as const;

/** What deliveries are given to: as `WorkflowRequests`, a key starts once. */
class Workflows {
  readonly starts: WorkflowStart[] = [];
  readonly said: unknown[] = [];
  trouble: (() => unknown) | undefined;
  private readonly byKey = new Map<string, string>();

  start(request: WorkflowStart): Promise<{ execution: string }> {
    return this.unlessTrouble(() => {
      this.starts.push(request);
      const execution = this.byKey.get(request.key) ?? `execution of ${request.key}`;
      this.byKey.set(request.key, execution);
      return { execution };
    });
  }

  startedBy(key: string): Promise<string | undefined> {
    return Promise.resolve(this.byKey.get(key));
  }

  publish(event: object, workflow?: string): Promise<readonly string[]> {
    return this.unlessTrouble(() => {
      this.said.push(['publish', event, workflow]);
      return ['x', 'y'];
    });
  }

  signal(execution: string, event: object): Promise<void> {
    return this.unlessTrouble(() => void this.said.push(['signal', execution, event]));
  }

  private unlessTrouble<T>(work: () => T): Promise<T> {
    const error = this.trouble?.();
    return error === undefined ? Promise.resolve(work()) : Promise.reject(error);
  }
}

let store: MemoryInbox;
let timers: VirtualTimers;
let workflows: Workflows;
let trouble: string[];
let ids: number;
let inbox: Inbox;

const open = async (options = { maxUndelivered: 100, keep: 30 * DAY }): Promise<void> => {
  const onTrouble = (what: string): void => void trouble.push(what);
  inbox = new Inbox({ store, to: workflows, timers, newId: () => `d${++ids}`, onTrouble, options });
  await inbox.start();
};

beforeEach(async () => {
  store = new MemoryInbox();
  timers = new VirtualTimers();
  workflows = new Workflows();
  trouble = [];
  ids = 0;
  await open();
});

const delivery = (messageId: string | null, more: object = {}) => ({
  ...{ source: 'webhook:w', messageId, payload: { n: 1 }, circumstances: {}, target: START },
  ...more,
});
const stateOf = async (id: string): Promise<object | undefined> => {
  const found = await store.find(id);
  return found && { status: found.status, attempts: found.attempts, code: found.failure?.code };
};

describe('what is accepted', () => {
  test('is started under a key made of its id, with what is known of it', async () => {
    expect(await inbox.accept(delivery('m'), 500)).toEqual({
      ...{ delivery: 'd1', isNew: true, status: 'delivered' },
      executions: ['execution of inbox:d1'],
    });
    expect(workflows.starts).toEqual([
      {
        ...{ workflow: 'w', input: { n: 1 }, key: 'inbox:d1' },
        metadata: { source: 'webhook:w', delivery_id: 'd1', message_id: 'm' },
      },
    ]);
  });

  test('goes where its target says, with other content if there is some', async () => {
    await inbox.accept(delivery(null, { target: { is: 'publish', event: 'paid', workflow: 'w' } }), 500);
    await inbox.accept(delivery(null, { target: { is: 'signal', event: 'paid', execution: 'e', content: null } }), 500);
    await inbox.accept(delivery(null, { target: { ...START, version: '^1', content: 5 } }), 500);
    expect(workflows.said).toEqual([
      ['publish', { id: 'd1', name: 'paid', payload: { n: 1 } }, 'w'],
      ['signal', 'e', { id: 'd2', name: 'paid', payload: null }],
    ]);
    expect(workflows.starts).toMatchObject([{ workflow: 'w', version: '^1', input: 5 }]);
    expect((await store.find('d1'))?.executions).toEqual(['x', 'y']);
  });

  test('in one turn of the event loop shares a commit', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => inbox.accept(delivery(`m${n}`))));
    expect(store.commits).toEqual([50]);
  });

  test('sent again is answered with the first, and starts nothing', async () => {
    const [first, second] = await Promise.all([inbox.accept(delivery('m'), 500), inbox.accept(delivery('m'), 500)]);
    expect([first.delivery, second.delivery, second.isNew]).toEqual(['d1', 'd1', false]);
    expect(await inbox.accept(delivery('m'), 500)).toMatchObject({ isNew: false, executions: first.executions });
    await settled();
    expect(workflows.starts).toHaveLength(1);
  });

  test('is answered without its execution when that takes too long', async () => {
    workflows.trouble = () =>
      new HarmoniaError('backlog_full', { count: 1, what: 'executions', limit: 1, setting: 'x' });
    expect(await inbox.accept(delivery('m'), 500)).toMatchObject({ status: 'pending', executions: [] });
    let answer: unknown;
    workflows.start = () => new Promise(() => undefined);
    void inbox.accept(delivery('n'), 500).then((found) => (answer = found));
    await settled();
    expect(answer).toBeUndefined();
    timers.turnTo(timers.now() + 499);
    await settled();
    expect(answer).toBeUndefined();
    timers.turnTo(timers.now() + 1);
    await settled();
    expect(answer).toMatchObject({ isNew: true, status: 'pending' });
  });

  test('but cannot be understood is kept as failed and goes nowhere', async () => {
    const failure = { code: 'expression_error', message: 'no' };
    expect(await inbox.accept(delivery('m', { target: failure }), 500)).toMatchObject({
      isNew: true,
      status: 'failed',
    });
    await settled();
    expect(workflows.starts).toEqual([]);
    expect(await store.find('d1')).toMatchObject({ status: 'failed', failure });
  });
});

describe('trouble', () => {
  test('that passes is waited for, longer each time, for as long as it takes', async () => {
    workflows.trouble = () =>
      new HarmoniaError('backlog_full', { count: 1, what: 'executions', limit: 1, setting: 'x' });
    await inbox.accept(delivery('m'));
    const pauses: number[] = [];
    for (let attempts = 1; attempts <= 12; attempts++) {
      await until(() => store.rows[0]?.delivery.attempts === attempts);
      await settled();
      const before = timers.now();
      timers.turnTo((await store.nextDue()) as number);
      pauses.push(timers.now() - before);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60].map((seconds) => seconds * 1000));
    await until(() => store.rows[0]?.delivery.attempts === 13);
    workflows.trouble = undefined;
    await settled();
    timers.turnTo(timers.now() + 60_000);
    await settled();
    expect(await stateOf('d1')).toEqual({ status: 'delivered', attempts: 14, code: undefined });
    expect(trouble).toEqual([]);
  });

  test('that does not pass is recorded, with the first fault', async () => {
    const fault = { code: 'schema_mismatch', pointer: '/input/n', message: 'must be number', cure: 'x' } as const;
    workflows.trouble = () =>
      new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults: [fault] });
    expect(await inbox.accept(delivery('m'), 500)).toMatchObject({ status: 'failed' });
    expect((await store.find('d1'))?.failure).toEqual({
      code: 'validation_error',
      message: 'The request has 1 fault(s). /input/n: must be number',
    });
  });

  test('that nobody expected is told, tried again a few times, and nothing of it is recorded', async () => {
    workflows.trouble = () => new TypeError('secret inside');
    await inbox.accept(delivery('m'));
    for (let attempts = 1; attempts < 8; attempts++) {
      await until(() => store.rows[0]?.delivery.attempts === attempts);
      await settled();
      timers.turnTo(timers.now() + 60_000);
    }
    await settled();
    expect(await stateOf('d1')).toEqual({ status: 'failed', attempts: 8, code: 'internal_error' });
    expect(JSON.stringify(await store.find('d1'))).not.toContain('secret inside');
    expect(trouble).toHaveLength(8);
  });

  test('of the store refuses what comes, and delays what is there', async () => {
    const down = new HarmoniaError('storage_unavailable', { reason: 'disk' });
    store.failure = down;
    await expect(inbox.accept(delivery('m'), 500)).rejects.toBe(down);
    store.failure = undefined;
    // The outcome cannot be written: it is made again, under the same key.
    workflows.start = (request) => {
      workflows.starts.push(request);
      store.failure = workflows.starts.length < 3 ? down : undefined;
      return Promise.resolve({ execution: 'e' });
    };
    const accepted = await inbox.accept(delivery('m'));
    for (let round = 0; round < 4; round++) {
      await settled();
      store.failure = undefined;
      timers.turnTo(timers.now() + 1000);
    }
    await settled();
    expect(await stateOf(accepted.delivery)).toMatchObject({ status: 'delivered' });
    expect(new Set(workflows.starts.map(({ key }) => key)).size).toBe(1);
    expect(trouble.length).toBeGreaterThan(0);
  });
});

test('what the last process had started counts, also when it could not be started any more', async () => {
  const record = store.record.bind(store);
  store.record = () => new Promise(() => undefined);
  await inbox.accept(delivery('m'));
  await settled();
  expect([workflows.starts.length, await stateOf('d1')]).toMatchObject([1, { status: 'pending' }]);
  store.record = record;
  workflows.trouble = () => new HarmoniaError('workflow_not_found', { id: 'w' });
  await open();
  await settled();
  expect(await store.find('d1')).toMatchObject({ status: 'delivered', executions: ['execution of inbox:d1'] });
});

describe('limits and life', () => {
  test('too many undelivered ones are refused until some have gone', async () => {
    await inbox.stop();
    await open({ maxUndelivered: 2, keep: DAY });
    workflows.trouble = () => new HarmoniaError('shutting_down');
    await Promise.all([inbox.accept(delivery('a')), inbox.accept(delivery('b'))]);
    await expect(inbox.accept(delivery('c'))).rejects.toMatchObject({ code: 'backlog_full', status: 503 });
    workflows.trouble = undefined;
    await settled();
    timers.turnTo(timers.now() + 60_000);
    await settled();
    expect(await inbox.accept(delivery('c'), 500)).toMatchObject({ status: 'delivered' });
  });

  test('what waits when it ends is taken up by the next one; the backlog is known', async () => {
    workflows.trouble = () => new HarmoniaError('shutting_down');
    await inbox.accept(delivery('a'));
    await settled();
    await inbox.stop();
    await expect(inbox.accept(delivery('b'))).rejects.toMatchObject({ code: 'shutting_down' });
    workflows.trouble = undefined;
    await open({ maxUndelivered: 1, keep: DAY });
    await settled();
    expect(await stateOf('d1')).toMatchObject({ status: 'pending' });
    await expect(inbox.accept(delivery('b'))).rejects.toMatchObject({ code: 'backlog_full' });
    timers.turnTo(timers.now() + 60_000);
    await settled();
    expect(await stateOf('d1')).toMatchObject({ status: 'delivered' });
    expect(workflows.starts.map(({ key }) => key)).toEqual(['inbox:d1']);
  });

  test('before it is open nothing is accepted', async () => {
    const options = { maxUndelivered: 1, keep: 1 };
    const closed = new Inbox({ store, to: workflows, timers, newId: () => 'x', onTrouble: () => undefined, options });
    await expect(closed.accept(delivery('a'))).rejects.toMatchObject({ code: 'not_initialized' });
  });

  test('old deliveries are forgotten after their time, and not before', async () => {
    await inbox.accept(delivery('a'), 500);
    await settled();
    timers.turnTo(timers.now() + 29 * DAY);
    await settled();
    expect(store.rows).toHaveLength(1);
    for (let hour = 0; hour < 26; hour++) {
      timers.turnTo(timers.now() + DAY / 24);
      await settled();
    }
    expect(store.rows).toHaveLength(0);
  });
});
