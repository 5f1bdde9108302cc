import type { Json, JsonObject } from '../../kernel/index.js';
import { fatal, type TaskContext } from '../contract/index.js';
import { checkOutput } from '../host/output.js';
import { failureFromWire, failureToWire } from './failure-on-the-wire.js';
import { HttpExchange } from './http-exchange.js';
import type { FromHost, FromWorker, Question } from './wire.js';

/** Questions of one attempt that are open at a time. */
const MOST_OPEN = 256;

interface Work {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked and not over. */
interface Open {
  readonly abort: AbortController;
  readonly http?: HttpExchange;
  work?: Work;
}

/** Answers what an isolated attempt asks, out of the context that it would have had in this process. */
export class Answers {
  private readonly open = new Map<number, Open>();

  constructor(
    private readonly context: TaskContext,
    private readonly maxBytes: number,
    private readonly tell: (message: FromHost) => void,
  ) {}

  ask(id: number, question: Question): void {
    if (this.open.has(id)) return this.refuse(id, fatal('isolation_limit', 'A question has an id of its own.'));
    if (this.open.size >= MOST_OPEN)
      return this.refuse(id, fatal('isolation_limit', `An isolated attempt asks ${MOST_OPEN} things at a time.`));
    const isHttp = question.what === 'http';
    const http = isHttp ? new HttpExchange(id, this.context.http, this.tell) : undefined;
    const open = { abort: new AbortController(), http };
    this.open.set(id, open);
    void this.answer(id, question, open);
  }

  /** What the worker gave for `work` or `pull`. Answers false when nobody waited for it. */
  worked({ id, result = null }: FromWorker & { is: 'worked' }): boolean {
    const open = this.open.get(id);
    if (open?.http) return open.http.gave(undefined);
    return this.workOf(id, (work) => {
      const checked = checkOutput(result, this.maxBytes);
      if (checked.is === 'json') work.resolve(checked.output);
      else work.reject(failureFromWire(checked.failure));
    });
  }

  broken({ id, failure }: FromWorker & { is: 'broken' }): boolean {
    const open = this.open.get(id);
    if (open?.http) return open.http.broke(failureFromWire(failure));
    return this.workOf(id, (work) => work.reject(failureFromWire(failure)));
  }

  piece(id: number, bytes: Uint8Array): boolean {
    return this.open.get(id)?.http?.gave(bytes) ?? false;
  }

  read(id: number): void {
    void this.chunk(id);
  }

  cancel(id: number): void {
    const open = this.open.get(id);
    this.open.delete(id);
    open?.abort.abort();
    open?.http?.end();
    open?.work?.reject(new Error('aborted'));
  }

  /** The attempt is over: nothing is under way any more. */
  end(): void {
    for (const id of [...this.open.keys()]) this.cancel(id);
  }

  private workOf(id: number, settle: (work: Work) => void): boolean {
    const open = this.open.get(id);
    const work = open?.work;
    if (!open || !work) return false;
    open.work = undefined;
    settle(work);
    return true;
  }

  private refuse(id: number, error: unknown): void {
    this.tell({ is: 'refusal', id, failure: failureToWire(error) });
  }

  private async answer(id: number, question: Question, open: Open): Promise<void> {
    try {
      const value = await this.resultOf(id, question, open);
      // The body of an answer is still to be read.
      if (!open.http) this.open.delete(id);
      this.tell({ is: 'answer', id, value });
    } catch (error) {
      this.open.delete(id);
      this.refuse(id, error);
    }
  }

  private resultOf(id: number, question: Question, { abort, http }: Open): Promise<unknown> {
    switch (question.what) {
      case 'http':
        return (http as HttpExchange).send(question.request);
      case 'once':
        return this.context.once(question.key, () => this.work(id));
      case 'usage':
        return this.context.usage(question.report);
      case 'call':
        return this.call(question, abort.signal);
    }
  }

  private work(id: number): Promise<Json> {
    return new Promise<Json>((resolve, reject) => {
      const open = this.open.get(id);
      if (!open) return reject(new Error('aborted'));
      open.work = { resolve, reject };
      this.tell({ is: 'work', id });
    });
  }

  private async call(question: Question & { what: 'call' }, own: AbortSignal): Promise<unknown> {
    const { service, method } = question;
    // Absent unless it is granted.
    const granted = this.context.services[service] as Readonly<Record<string, unknown>> | undefined;
    if (granted === undefined) throw fatal('isolation_limit', `The plugin is not granted the service "${service}".`);
    const checked = checkOutput(question.args, this.maxBytes);
    if (checked.is === 'refused') throw failureFromWire(checked.failure);
    const [first, ...rest] = checked.output as readonly Json[];
    const signal = AbortSignal.any([own, this.context.signal as AbortSignal]);
    const takesSignal = service !== 'workflows' && typeof first === 'object' && first !== null;
    const args = takesSignal ? [{ ...(first as JsonObject), signal }, ...rest] : (checked.output as readonly Json[]);
    const call = granted[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return call.apply(granted, [...args]);
  }

  private async chunk(id: number): Promise<void> {
    try {
      const http = this.open.get(id)?.http;
      if (!http) throw fatal('http_error', 'There is no body to be read.');
      const bytes = await http.read();
      if (bytes === undefined) this.open.delete(id);
      this.tell({ is: 'chunk', id, bytes });
    } catch (error) {
      this.cancel(id);
      this.refuse(id, error);
    }
  }
}
