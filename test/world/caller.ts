import { expect } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import type { Answer, TestService } from './service.js';
import { eventually } from './service-process.js';
import { EventClient } from './stream-clients.js';

const V = '/api/v1';

/** Someone who uses executions over HTTP. `service` is asked each time: a test may start it anew. */
export class Caller {
  private named = 0;

  constructor(private readonly service: () => TestService) {}

  /** Keeps a document, under a name of its own unless it has one. */
  keep(document: object): Promise<string> {
    return this.service().workflow({ name: `w${++this.named}`, ...document });
  }

  async start(workflow: string, input: object = {}): Promise<string> {
    const { status, body } = await this.service().post(`${V}/workflows/${workflow}/execute`, { input });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.execution_id as string;
  }

  async run(tasks: object, more: object = {}): Promise<string> {
    return this.start(await this.keep({ tasks, ...more }));
  }

  get(id: string, page = ''): Promise<Answer> {
    return this.service().get(`${V}/executions/${id}${page}`);
  }

  post(id: string, page: string, body: object = {}): Promise<Answer> {
    return this.service().post(`${V}/executions/${id}/${page}`, body);
  }

  async read<T = JsonObject>(id: string, page = ''): Promise<T> {
    const { status, body } = await this.get(id, page);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.data as T;
  }

  /** The execution once it has ended. */
  async ended(id: string): Promise<JsonObject> {
    await EventClient.readAll(`${this.service().url}/events/executions/${id}`);
    return this.read(id);
  }

  /** Until an event of a step has come: `task_waiting`, `task_started`. */
  until(id: string, step: string, type: string): Promise<JsonObject> {
    return EventClient.seen(
      `${this.service().url}/events/executions/${id}?since=0`,
      (event) => event.step === step && event.event_type === type,
    );
  }

  waits(id: string, step: string): Promise<JsonObject> {
    return this.until(id, step, 'task_waiting');
  }

  /** The latest tick of a schedule once it is as wanted. */
  async untilTick(schedule: string, isGood: (tick: JsonObject) => boolean): Promise<JsonObject> {
    const ask = async (): Promise<JsonObject | undefined> => {
      const { body } = await this.service().get(`${V}/schedules/${schedule}/ticks?limit=1`);
      return (body.items as JsonObject[])[0];
    };
    return (await eventually(ask, (tick) => tick !== undefined && isGood(tick))) as JsonObject;
  }

  /** Public events by step, in their order: `/a task_completed`. */
  async story(id: string): Promise<string[]> {
    const events = await this.read<JsonObject[]>(id, '/events?limit=10000');
    return events.flatMap(({ step, event_type: type }) =>
      step === null ? [] : [`${step as string} ${type as string}`],
    );
  }
}

/** The code and the cure of a refusal, with its status. */
export const refusal = ({ status, body }: Answer): { status: number; code: string; cure: string; pointer?: string } => {
  const error = body.error as unknown as JsonObject;
  const details = error.details as JsonObject;
  const faults = details.faults as JsonObject[] | undefined;
  return {
    status,
    code: error.code as string,
    cure: details.cure as string,
    ...(faults?.[0] && { pointer: faults[0].pointer as string }),
  };
};

/** What a refusal must be: of that status and code, with a cure. */
export const refused = (status: number, code: string, pointer?: string): object => ({
  status,
  code,
  cure: expect.stringMatching(/\w{3}/) as unknown,
  ...(pointer !== undefined && { pointer }),
});
