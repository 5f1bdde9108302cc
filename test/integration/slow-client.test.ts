import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import WebSocket from 'ws';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

/** More than the service keeps for one client, and more than the sockets between them hold. */
const EXECUTIONS = 12;
const document = { name: 'large', tasks: { a: { type: 'core/value', input: { text: '${input.text}' } } } };

describe('a client that does not read', () => {
  test('is dropped with too_slow; work goes on, and the others hear every event', async () => {
    const workflow = await service.workflow(document);
    const open = async (): Promise<WebSocket> => {
      const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/events`);
      await once(socket, 'open');
      return socket;
    };
    const [slow, quick] = [await open(), await open()];
    const heard: string[] = [];
    quick.on('message', (data: Buffer) => heard.push((JSON.parse(data.toString('utf8')) as { type: string }).type));
    const closed = once(slow, 'close') as Promise<[number]>;
    slow.pause();
    const input = { text: 'x'.repeat(1_000_000) };
    for (let n = 0; n < EXECUTIONS; n++)
      expect(await service.complete(workflow, input)).toMatchObject({ status: 'completed' });
    slow.resume();
    const [code] = await closed;
    expect(code).toBe(1013);
    const ends = (): number => heard.filter((type) => type === 'execution_completed').length;
    while (ends() < EXECUTIONS) await once(quick, 'message');
    expect(ends()).toBe(EXECUTIONS);
    quick.terminate();
  }, 60_000);
});
