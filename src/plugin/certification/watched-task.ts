import type { Json } from '../../kernel/index.js';
import type { HttpClient, HttpRequest, HttpResponse, Plugin, Task, TaskContext } from '../contract/index.js';
import type { OutboundHttp } from '../ports/index.js';
import type { Boundaries } from './boundaries.js';

const around = async <T>(boundaries: Boundaries, what: string, work: () => T | Promise<T>): Promise<T> => {
  boundaries.pass(`before ${what}`);
  const result = await work();
  boundaries.pass(`after ${what}`);
  return result;
};

const nameOf = ({ url, method = 'GET' }: HttpRequest): string =>
  `http.request ${method} ${URL.canParse(url) ? new URL(url).pathname : url}`;

const watchedResponse = (response: HttpResponse, boundaries: Boundaries, name: string): HttpResponse => {
  const reading = `reading the answer to ${name}`;
  return {
    ...response,
    body: {
      async *[Symbol.asyncIterator]() {
        boundaries.pass(`before ${reading}`);
        yield* response.body;
        boundaries.pass(`after ${reading}`);
      },
    },
    bytes: () => around(boundaries, reading, () => response.bytes()),
    text: () => around(boundaries, reading, () => response.text()),
    json: () => around(boundaries, reading, () => response.json()),
  };
};

/** HTTP whose every call has a place before and one after it. */
export const watchedHttp = (http: OutboundHttp, boundaries: Boundaries): OutboundHttp => ({
  client: (grant): HttpClient => {
    const client = http.client(grant);
    return {
      request: async (request) => {
        const name = nameOf(request);
        const response = await around(boundaries, name, () => client.request(request));
        return watchedResponse(response, boundaries, name);
      },
    };
  },
});

/** A context whose calls have places. Waits last no time: the clock jumps. */
const watchedContext = (context: TaskContext, boundaries: Boundaries, jump: (time: number) => void): TaskContext => {
  const own: Partial<TaskContext> = {
    once: <T extends Json>(key: string, work: () => T | Promise<T>) =>
      context.once(key, () => {
        boundaries.pass(`in once('${key}'), before its work`);
        return work();
      }),
    sleepUntil: (time) =>
      around(boundaries, 'sleepUntil', () => {
        jump(time);
        return context.sleepUntil(time);
      }),
  };
  return new Proxy(context, {
    get: (target, name) => {
      if (Object.hasOwn(own, name)) return own[name as keyof TaskContext];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
};

/** A plugin whose tasks are watched. */
export const watchedPlugin = (plugin: Plugin, boundaries: Boundaries, jump: (time: number) => void): Plugin => ({
  ...plugin,
  tasks: plugin.tasks.map((task): Task => ({
    ...task,
    run: async (input, context) => {
      const output = await task.run(input, watchedContext(context, boundaries, jump));
      boundaries.pass('after the task returned, before its output is recorded');
      return output;
    },
  })),
});
