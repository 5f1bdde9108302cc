import type { Engine, RunnableWorkflow } from '../../engine/index.js';
import { deriveUuid, HarmoniaError, type Json, type Uuid } from '../../kernel/index.js';
import type { StrikingFaults } from './striking-faults.js';
import type { VirtualTimers } from './virtual-timers.js';
import type { Asked, Watch } from '../watch/watch.js';

/** ms after which a request is made again that nobody could take. */
const PATIENCE = 1000;

export interface ClientParts {
  readonly workflow: RunnableWorkflow;
  readonly input: Json;
  readonly seed: number;
  readonly executions: number;
  readonly timers: VirtualTimers;
  readonly watch: Watch;
  readonly faults: StrikingFaults;
}

/** A request that was not answered yet. */
interface Open {
  readonly label: string;
  readonly send: (engine: Engine) => Promise<void>;
  /** It was sent, and nobody has answered: whoever serves next is asked again. */
  isSent: boolean;
}

/** Those who ask something of the engine from outside. They repeat what was not answered, as people with a key do. */
export class Clients {
  /** Why a start can never be granted. */
  refusal: unknown;
  private wanted: Uuid | undefined;
  private ids = 0;
  private readonly started = new Set<Uuid>();
  private readonly open = new Set<Open>();
  private readonly told = new Set<Uuid>();
  private engine: Engine | undefined;

  constructor(private readonly parts: ClientParts) {}

  /** Whether every start was acknowledged. */
  get allStarted(): boolean {
    return this.started.size === this.parts.executions;
  }

  /** Executions of whose end somebody was told by the living process. */
  isTold(execution: Uuid): boolean {
    return this.told.has(execution);
  }

  /** The id of what is made next: a start that is repeated gets the same again, so that nothing depends on failures. */
  newId(): Uuid {
    const id = this.wanted ?? deriveUuid('simulation', this.parts.seed, 'other', this.ids++);
    this.wanted = undefined;
    return id;
  }

  begin(): void {
    for (let index = 0; index < this.parts.executions; index++) {
      this.ask(this.startRequest(index));
      if (this.parts.faults.startsTwice()) this.ask(this.startRequest(index));
    }
  }

  /** Another process serves: whoever waited for an end waits again, what was not answered is asked again. */
  connect(engine: Engine): void {
    this.engine = engine;
    this.told.clear();
    for (const execution of this.started) this.waitForEnd(engine, execution);
    for (const request of this.open) if (request.isSent) this.ask(request);
  }

  disconnect(): void {
    this.engine = undefined;
  }

  private ask(request: Open, at = this.parts.timers.now()): void {
    this.open.add(request);
    request.isSent = false;
    const callback = (): void => {
      request.isSent = true;
      if (this.engine && this.open.has(request)) void request.send(this.engine);
    };
    this.parts.timers.arm({ time: at, callback, label: request.label, outlives: true });
  }

  private startRequest(index: number): Open {
    const { workflow, input, seed, timers, watch } = this.parts;
    const id = deriveUuid('simulation', seed, index);
    const key = { scope: 'simulation', key: `start ${index}`, request: 'the same' };
    const send = async (engine: Engine): Promise<void> => {
      try {
        this.wanted = id;
        const { execution } = await engine.start({ workflow, input, key });
        if (this.engine !== engine || !this.open.delete(request)) return;
        watch.startGranted(execution);
        if (this.started.has(execution)) return;
        this.started.add(execution);
        this.waitForEnd(engine, execution);
        this.plan(execution);
      } catch (error) {
        if (this.engine !== engine) return;
        if (isTemporary(error)) return this.ask(request, timers.now() + PATIENCE);
        this.open.delete(request);
        this.refusal ??= error;
      }
    };
    const request: Open = { label: `start ${index}`, send, isSent: false };
    return request;
  }

  /** Arms what the plan has somebody ask of an execution. */
  private plan(execution: Uuid): void {
    const { timers, faults } = this.parts;
    for (const { at, fault } of faults.timed()) {
      if (fault.fault === 'crash') continue;
      const strike = (): void => faults.strike(fault);
      const resume = (): void => {
        if (fault.fault !== 'pause') return;
        this.ask(this.request('resume', execution, {}), timers.now() + fault.seconds * 1000);
      };
      this.ask(this.request(fault.fault, execution, { before: strike, after: resume }), timers.now() + at * 1000);
    }
  }

  private request(asked: Asked, execution: Uuid, around: { before?: () => void; after?: () => void }): Open {
    const { watch, timers } = this.parts;
    const answered = (engine: Engine, how: 'granted' | 'refused'): void => {
      watch.answered(asked, execution, how);
      if (this.engine === engine && this.open.delete(request)) around.after?.();
    };
    const send = async (engine: Engine): Promise<void> => {
      around.before?.();
      watch.asked(asked, execution);
      try {
        await engine[asked](execution);
        answered(engine, 'granted');
      } catch (error) {
        if (!isTemporary(error)) return answered(engine, 'refused');
        if (this.engine === engine) this.ask(request, timers.now() + PATIENCE);
      }
    };
    const request: Open = { label: asked, send, isSent: false };
    return request;
  }

  private waitForEnd(engine: Engine, execution: Uuid): void {
    const { watch } = this.parts;
    engine.ended(execution).then(
      (ended) => {
        if (this.engine !== engine) return;
        watch.told(execution, ended);
        this.told.add(execution);
      },
      (error: unknown) => {
        if (this.engine === engine)
          watch.violate('E1', `who waits for the end of ${execution} is refused: ${String(error)}`);
      },
    );
  }
}

/** The store is down, or the process is not up yet. */
const isTemporary = (error: unknown): boolean =>
  error instanceof HarmoniaError &&
  ['storage_unavailable', 'not_initialized', 'shutting_down', 'backlog_full'].includes(error.code);
