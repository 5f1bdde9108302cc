import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { linearize, type Operation } from '../world/linearizable.js';
import { random, seedOf } from '../world/random.js';
import { RUN_MODEL, type Answer, type Call } from '../world/run-model.js';
import { ServiceProcess, type ProcessAnswer } from '../world/service-process.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** So many executions, each used by so many clients at once, each of which does so many things. */
const [EXECUTIONS, CLIENTS, CALLS] = LONG ? [200, 6, 14] : [12, 5, 8];
/** So many executions are used at the same time. */
const AT_ONCE = 4;

const DOCUMENT = {
  name: 'waits',
  state: { x: 'none' },
  tasks: { ok: { approval: {} }, got: { event: { name: 'go' } } },
};

let directory: string;
let service: ServiceProcess;
let workflow: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-linear-'));
  service = await ServiceProcess.start(directory);
  workflow = await service.workflow(DOCUMENT);
}, 60_000);
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true, force: true });
});

/** One execution, all that was asked of it, and when. */
class Case {
  readonly history: Operation<Call, Answer>[] = [];
  private readonly key = randomUUID();
  private readonly signals: string[] = [];
  private execution = '';
  private time = 0;

  constructor(private readonly chance: () => number) {}

  /** The first that each does is to start it: one of them does. */
  async use(client: number): Promise<void> {
    await this.perform(client, { do: 'start' });
    for (let calls = 1; calls < CALLS; calls++) await this.perform(client, this.randomCall());
  }

  private async perform(client: number, call: Call): Promise<void> {
    const calledAt = ++this.time;
    const answer = await this.send(call);
    this.history.push({ client, call, answer, calledAt, returnedAt: ++this.time });
  }

  private pick<T>(...list: readonly T[]): T {
    return list[Math.floor(this.chance() * list.length)] as T;
  }

  private randomCall(): Call {
    const name = this.pick<Call['do']>(
      ...(['start', 'cancel', 'pause', 'resume', 'approve', 'signal', 'write', 'reexecute'] as const),
      ...(['reexecute', 'resume', 'approve', 'signal', 'write', 'status', 'read', 'status'] as const),
    );
    switch (name) {
      case 'signal': {
        const isRepeated = this.signals.length > 0 && this.chance() < 0.3;
        const id = isRepeated ? this.pick(...this.signals) : randomUUID();
        if (!isRepeated) this.signals.push(id);
        return { do: name, id };
      }
      case 'write':
        return { do: name, value: String(Math.floor(this.chance() * 1e6)) };
      case 'reexecute':
        return { do: name, operation: this.pick('resume', '/ok', '/got') };
      default:
        return { do: name };
    }
  }

  private async send(call: Call): Promise<Answer> {
    const { status, body, headers } = await this.request(call);
    const code = (body.error as unknown as JsonObject | undefined)?.code;
    if (status === 409 && code === 'conflict') return { is: 'refused' };
    const data = body.data as unknown as JsonObject;
    if (status !== (call.do === 'start' ? 201 : 200)) return { is: 'wrong', status, text: JSON.stringify(body) };
    if (call.do === 'status') return { is: 'done', saw: data.status as string };
    if (call.do === 'read') return { is: 'done', saw: (data.variables as JsonObject).x as string };
    if (call.do !== 'start') return { is: 'done' };
    const id = body.execution_id as string;
    if (this.execution !== '' && this.execution !== id) return { is: 'wrong', status, text: 'another execution' };
    this.execution = id;
    return { is: 'done', saw: headers.get('idempotent-replayed') === 'true' ? 'again' : 'first' };
  }

  private request(call: Call): Promise<ProcessAnswer> {
    const path = `/api/v1/executions/${this.execution}`;
    switch (call.do) {
      case 'start':
        return service.post('/api/v1/executions', { workflow_id: workflow }, { 'idempotency-key': this.key });
      case 'status':
        return service.get(path);
      case 'read':
        return service.get(`${path}/state`);
      case 'write':
        return service.send('PUT', `${path}/state`, { variables: { x: call.value } });
      case 'signal':
        return service.post(`${path}/signal`, { name: 'go', id: call.id });
      case 'approve':
        return service.post(`${path}/approvals`, { step: '/ok', approved: true });
      case 'reexecute': {
        const { operation } = call;
        const body = operation === 'resume' ? { operation } : { operation: 'rerun_from', step: operation };
        return service.post(`${path}/reexecute`, body);
      }
      default:
        return service.post(`${path}/${call.do}`, {});
    }
  }
}

const say = ({ client, call, answer, calledAt, returnedAt }: Operation<Call, Answer>): string =>
  `${client} ${calledAt}–${returnedAt} ${JSON.stringify(call)} → ${JSON.stringify(answer)}`;

describe('what concurrent clients are told of an execution', () => {
  test('many who cancel it at once are all told that it is canceled', async () => {
    for (let round = 0; round < 5; round++) {
      const execution = await service.startExecution(workflow);
      const cancel = () => service.post(`/api/v1/executions/${execution}/cancel`, {});
      const answers = await Promise.all(Array.from({ length: 8 }, cancel));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    }
  }, 60_000);

  test(
    'is what they could have been told one after another',
    async () => {
      const next = random(seedOf('linearizability'));
      let [operations, refused] = [0, 0];
      const one = async (): Promise<void> => {
        const each = new Case(next);
        await Promise.all(Array.from({ length: CLIENTS }, (_, client) => each.use(client)));
        operations += each.history.length;
        refused += each.history.filter(({ answer }) => answer.is === 'refused').length;
        const verdict = linearize(RUN_MODEL, each.history);
        const wrong = verdict.is === 'linearizable' ? [] : [...verdict.order, 'then none of', ...verdict.stuck];
        expect(wrong.map((entry) => (typeof entry === 'string' ? entry : say(entry)))).toEqual([]);
      };
      for (let count = 0; count < EXECUTIONS; count += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one));
      if (LONG) console.log(`${operations} operations, ${refused} refused`);
      expect(operations).toBe(EXECUTIONS * CLIENTS * CALLS);
      // Not all is refused, and not nothing.
      expect(refused).toBeGreaterThan(operations / 20);
      expect(refused).toBeLessThan((operations * 3) / 4);
    },
    LONG ? 1_200_000 : 120_000,
  );
});
