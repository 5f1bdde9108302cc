import {
  compileWorkflow,
  decide,
  findStep,
  plan,
  reexecute,
  replay,
  snapshot,
  startRun,
  stepStatus,
  type CompiledWorkflow,
  type Failure,
  type Limits,
  type Order,
  type RecordedEvent,
  type RunEvent,
  type RunRequest,
  type RunState,
  type TaskCatalogue,
  type TaskType,
  type Usage,
} from '../../src/engine/core/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Fault, Json } from '../../src/kernel/index.js';
import type { RetryPolicySpec } from '../../src/retry-policy/index.js';

const TYPES: readonly TaskType[] = [
  { type: 'test/task', description: '', effects: 'write' },
  { type: 'test/retried', description: '', effects: 'write', retry: { max_retries: 1, initial_delay: 1, jitter: 0 } },
  {
    type: 'test/strict',
    description: '',
    effects: 'pure',
    input: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
  },
  { type: 'tekton/action', description: '', effects: 'write' },
  { type: 'core/noop', description: '', effects: 'pure' },
];

export const catalogue: TaskCatalogue = {
  revision: 0,
  find: (type) => TYPES.find((known) => known.type === type),
  types: () => TYPES,
};

const schemas = createSchemaChecker();

export const compile = (document: unknown) => compileWorkflow(document, { catalogue, schemas });

/** The faults of a document as `code pointer`. */
export const faultsOf = (document: unknown): string[] => {
  const result = compile(document);
  return result.ok ? [] : result.error.map(({ code, pointer }: Fault) => `${code} ${pointer}`);
};

export const mustCompile = (document: unknown): CompiledWorkflow => {
  const result = compile(document);
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 1));
  return result.value.compiled;
};

export const task = (fields: Record<string, Json> = {}): Record<string, Json> => ({ type: 'test/task', ...fields });

export const failure = (kind: Failure['kind'] = 'fatal', code = 'broken'): Failure => ({ kind, code, message: code });

/** What a new execution takes over at a journal position. */
export const carriedAt = (
  compiled: CompiledWorkflow,
  journal: readonly RecordedEvent[],
  at: number,
): readonly RunEvent[] => {
  const planned = reexecute(compiled, journal, { is: 'restore', at });
  if (!planned.ok || planned.value.is !== 'carry') throw new Error('nothing to carry over');
  return planned.value.carried;
};

const FIRST = '00000000-0000-4000-8000-000000000001';

export interface CoreWorldOptions {
  readonly timeout?: number;
  readonly budget?: Limits;
  readonly retry_policy?: RetryPolicySpec;
  readonly execution?: string;
  /** Id of the workflow. */
  readonly workflow?: string;
  readonly compiled?: CompiledWorkflow;
  readonly carried?: readonly RunEvent[];
}

/** An execution cranked by hand: the test says what happens and when. */
export class CoreWorld {
  now = 1_000_000;
  readonly events: RunEvent[] = [];
  readonly orders: Order[] = [];
  readonly compiled: CompiledWorkflow;
  state: RunState;
  private reports = 0;

  constructor(
    document: unknown,
    input: Json = {},
    { execution = FIRST, workflow = 'w', compiled, carried, ...options }: CoreWorldOptions = {},
  ) {
    this.compiled = compiled ?? mustCompile(document);
    const decision = startRun({
      at: this.now,
      execution,
      compiled: this.compiled,
      workflow: { id: workflow, name: 'w', version: '1.0.0', definition: 'd' },
      input,
      metadata: {},
      options,
      seed: 'seed',
      ...(carried && { restore: { from: { execution: 'before', seq: 1 }, carried } }),
    });
    if (decision.is === 'refused') throw new Error(JSON.stringify(decision.refusal));
    this.state = decision.state;
    this.events.push(...decision.events);
    this.orders.push(...plan(this.state));
  }

  /** A new execution that continues another. */
  static carrying(compiled: CompiledWorkflow, input: Json, carried: readonly RunEvent[]): CoreWorld {
    return new CoreWorld(undefined, input, { compiled, carried });
  }

  send(request: RunRequest extends infer T ? (T extends RunRequest ? Omit<T, 'at'> : never) : never): string {
    const decision = decide(this.state, { ...request, at: this.now });
    if (decision.is === 'refused') return decision.refusal.is;
    this.events.push(...decision.events);
    this.orders.push(...plan(this.state));
    return 'accepted';
  }

  begin(...steps: string[]): this {
    for (const step of steps) this.send({ is: 'begin', step, generation: 1 });
    return this;
  }

  /** Under which the result of a step may be known; empty when it has no such key. */
  cacheKeyOf(step: string): string {
    const state = findStep(this.state, step)?.state;
    return (state && 'ready' in state ? state.ready?.cacheKey : undefined) ?? '';
  }

  attemptOf(step: string): number {
    const state = findStep(this.state, step)?.state;
    return state && 'tries' in state && state.tries ? state.tries.attempt : 0;
  }

  finish(step: string, output: Json = null): string {
    return this.send({ is: 'succeed', step, generation: 1, attempt: this.attemptOf(step), output });
  }

  fail(step: string, kind: Failure['kind'] = 'fatal', code = 'broken'): string {
    return this.send({ is: 'fail', step, generation: 1, attempt: this.attemptOf(step), failure: failure(kind, code) });
  }

  /** What the running attempt of a step reports to have used. */
  use(step: string, usage: Usage, report = (this.reports += 1)): string {
    return this.send({ is: 'use', by: { step, generation: 1, attempt: this.attemptOf(step) }, report, usage });
  }

  /** Begins and finishes, one after another. */
  run(...steps: string[]): this {
    for (const step of steps) {
      this.begin(step);
      this.finish(step, step);
    }
    return this;
  }

  advance(ms: number): this {
    this.now += ms;
    return this;
  }

  status(step: string): string {
    const found = findStep(this.state, step);
    if (!found) throw new Error(`no step ${step}`);
    const { state } = found;
    if (state.at === 'skipped') return `skipped ${state.cause}`;
    if (state.at === 'failed' && state.handled) return 'failed handled';
    return state.at === 'ready' ? 'ready' : stepStatus(state);
  }

  statuses(): Record<string, string> {
    return Object.fromEntries(this.state.root.steps.map(({ address }) => [address.slice(1), this.status(address)]));
  }

  /** The state is the fold of its journal, whatever way it came about (E6). */
  replayed(): Json {
    return snapshot(replay(this.compiled, this.events));
  }

  get snapshot(): Json {
    return snapshot(this.state);
  }
}
