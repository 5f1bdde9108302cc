import type { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller } from '../world/caller.js';
import { Receiver } from '../world/receiver.js';
import { TestService } from '../world/service.js';
import { EventClient } from '../world/stream-clients.js';

const nap = { type: 'core/delay', input: { seconds: 0.02 } };

/** The most attempts that ran at the same time, by what all executions tell. */
const mostAtOnce = (events: readonly JsonObject[]): number => {
  let [now, most] = [0, 0];
  for (const { event_type: type } of events) {
    if (type === 'task_started') most = Math.max(most, ++now);
    if (type === 'task_completed') now -= 1;
  }
  return most;
};

/** Runs a workflow several times at once; the events of all of them in the order of commits. */
const runAll = async (document: object, environment: Record<string, string> = {}): Promise<readonly JsonObject[]> => {
  const service = await TestService.start(environment);
  try {
    const caller = new Caller(() => service);
    const workflow = await caller.keep(document);
    const client = await EventClient.open(`${service.url}/events?since=0`);
    const ids = await Promise.all([7, 7, 8].map((customer) => caller.start(workflow, { customer })));
    const isEnd = ({ event_type: type }: JsonObject): boolean => type === 'task_completed';
    await client.until(() => client.events.filter(isEnd).length === 2 * ids.length);
    client.leave();
    return client.events;
  } finally {
    await service.stop();
  }
};

const wide = (more: object): object => ({ tasks: { a: { ...nap, ...more }, b: { ...nap, ...more } } });

test('without limits everything runs at once', async () => {
  const receiver = await Receiver.start();
  // Nobody is answered before all are there.
  const held: ServerResponse[] = [];
  receiver.answer = (response) => {
    held.push(response);
    if (held.length === 6) for (const one of held) one.writeHead(204).end();
  };
  try {
    const call = { type: 'http/request', input: { url: receiver.url } };
    const events = await runAll({ tasks: { a: call, b: call } }, { HARMONIA_HTTP_ALLOW: '127.0.0.1' });
    expect(mostAtOnce(events)).toBe(6);
  } finally {
    await receiver.stop();
  }
});

test.each<[string, object, Record<string, string>, number]>([
  ['a key of a task, across executions', wide({ concurrency_key: 'printer' }), {}, 1],
  ['a key that is worked out', wide({ concurrency_key: '${string(input.customer)}', concurrency: 1 }), {}, 2],
  ['the workflow', { ...wide({}), concurrency: 2 }, {}, 2],
  ['a setting for a task type', wide({}), { HARMONIA_LIMITS: 'core/delay=2' }, 2],
])('the limit of %s holds', async (_, document, environment, limit) => {
  const most = mostAtOnce(await runAll(document, environment));
  expect(most).toBeLessThanOrEqual(limit);
  expect(most).toBeGreaterThan(0);
});

test('a rate spreads the starts over time', async () => {
  const events = await runAll(wide({ concurrency_key: 'api', rate: { count: 2, per: 0.1 } }));
  const starts = events
    .filter(({ event_type: type }) => type === 'task_started')
    .map(({ timestamp }) => Date.parse(timestamp as string));
  expect(starts).toHaveLength(6);
  for (let index = 2; index < starts.length; index++)
    expect((starts[index] ?? 0) - (starts[index - 2] ?? 0)).toBeGreaterThanOrEqual(100);
});
