import type { Acknowledged, Engine, RunnableWorkflow } from '../../engine/index.js';
import { deriveUuid, type Json, type Uuid } from '../../kernel/index.js';
import type { Watch } from '../watch/watch.js';
import { Operators, type OperatorParts } from './operators.js';
import type { Request } from './requests.js';

export interface ClientParts extends Omit<OperatorParts, 'onGoesOn'> {
  readonly workflow: RunnableWorkflow;
  readonly input: Json;
  readonly executions: number;
  readonly watch: Watch;
}

/** Those who start executions and wait for their ends. */
export class Clients {
  /** Why a start can never be granted. */
  refusal: unknown;
  private readonly operators: Operators;
  private wanted: Uuid | undefined;
  private ids = 0;
  private readonly started = new Set<Uuid>();
  /** Executions whose ends somebody waits for. */
  private readonly known = new Set<Uuid>();
  private readonly told = new Set<Uuid>();

  constructor(private readonly parts: ClientParts) {
    this.operators = new Operators({ ...parts, onGoesOn: (execution) => this.waitAgain(execution) });
  }

  /** Whether every start was acknowledged. */
  get allStarted(): boolean {
    return this.started.size === this.parts.executions;
  }

  /** The most executions that what was asked for can have made. */
  get most(): number {
    return this.parts.executions + this.operators.forks;
  }

  /** Executions of whose end somebody waits to be told by the living process, and was not. */
  isUntold(execution: Uuid): boolean {
    return this.known.has(execution) && !this.told.has(execution);
  }

  /** The id of what is made next: a start that is repeated gets the same again, so that nothing depends on failures. */
  newId(): Uuid {
    const id = this.wanted ?? deriveUuid('simulation', this.parts.seed, 'other', this.ids++);
    this.wanted = undefined;
    return id;
  }

  begin(): void {
    for (let index = 0; index < this.parts.executions; index++) {
      this.parts.requests.ask(this.startRequest(index));
      if (this.parts.faults.startsTwice()) this.parts.requests.ask(this.startRequest(index));
    }
  }

  /** Another process serves: whoever waited for an end waits again, what was not answered is asked again. */
  connect(engine: Engine): void {
    this.told.clear();
    this.parts.requests.connect(engine);
    for (const execution of this.known) this.waitForEnd(engine, execution);
  }

  disconnect(): void {
    this.parts.requests.disconnect();
  }

  private startRequest(index: number): Request<Acknowledged> {
    const { workflow, input, seed, watch } = this.parts;
    const id = deriveUuid('simulation', seed, index);
    const key = { scope: 'simulation', key: `start ${index}`, request: 'the same' };
    return {
      label: `start ${index}`,
      act: (engine) => {
        this.wanted = id;
        return engine.start({ workflow, input, key });
      },
      granted: ({ execution }, isFirst) => {
        if (!isFirst) return;
        watch.startGranted(execution);
        if (this.started.has(execution)) return;
        this.started.add(execution);
        this.waitAgain(execution);
        this.operators.began(execution);
      },
      refused: (error, isFirst) => {
        if (isFirst) this.refusal ??= error;
      },
    };
  }

  private waitAgain(execution: Uuid): void {
    const engine = this.parts.requests.served;
    this.known.add(execution);
    this.told.delete(execution);
    if (engine) this.waitForEnd(engine, execution);
  }

  private waitForEnd(engine: Engine, execution: Uuid): void {
    const { watch, requests } = this.parts;
    engine.ended(execution).then(
      (ended) => {
        if (requests.served !== engine) return;
        watch.told(execution, ended);
        this.told.add(execution);
        this.operators.ended(execution);
      },
      (error: unknown) => {
        if (requests.served === engine)
          watch.violate('E1', `who waits for the end of ${execution} is refused: ${String(error)}`);
      },
    );
  }
}
