import { callbackToken, findStep, patternOf, type RunEvent, type StepArmed } from '../../engine/core/index.js';
import { Chance, deriveUuid, isJsonObject, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { answerTo, type TaskResults } from '../script/task-results.js';
import { isFromOutside, type History } from '../watch/history.js';
import type { Watch } from '../watch/watch.js';
import type { Request, Requests } from './requests.js';
import type { StrikingFaults } from './striking-faults.js';
import type { VirtualTimers } from './virtual-timers.js';

export interface OutsideParts {
  readonly seed: number;
  readonly results: TaskResults;
  readonly requests: Requests;
  readonly timers: VirtualTimers;
  readonly history: History;
  readonly watch: Watch;
  readonly faults: StrikingFaults;
  /** Tasks of all documents, by the pattern of their addresses. */
  readonly tasks: ReadonlyMap<string, JsonObject>;
}

type Armed = Pick<StepArmed, 'step' | 'generation' | 'awaits'>;

/** Those outside whom steps wait for: they send events, answer approvals and call URLs, as the script says. */
export class Outside {
  private readonly answered = new Set<string>();
  private readonly usedTokens = new Map<string, number>();

  constructor(private readonly parts: OutsideParts) {}

  /** Something became durable: whoever a step waits for has heard of it. */
  heard(execution: Uuid, event: RunEvent): void {
    if (event.type === 'step_armed' && isFromOutside(event.awaits)) this.answer(execution, event, 0);
    else if (event.type === 'execution_started') this.comeEarly(execution);
  }

  /** An event that nobody may wait for. */
  send(execution: Uuid, { name, payload = null }: { readonly name: string; readonly payload?: Json }): void {
    this.deliver(execution, { id: deriveUuid('event', this.parts.seed, execution, name), name, payload }, 0);
  }

  /** What faults have come before it is waited for: of events that have fixed names, and of callbacks whose URLs are known. */
  private comeEarly(execution: Uuid): void {
    for (const step of this.parts.faults.early()) {
      if (step.includes('[')) continue; // another item could take it
      const task = this.parts.tasks.get(patternOf(step));
      const generation = 1;
      if (task?.event !== undefined && isJsonObject(task.event) && typeof task.event.name === 'string')
        this.answer(execution, { step, generation, awaits: { is: 'event', name: task.event.name } }, undefined);
      else if (task?.webhook !== undefined && /^\/\w+$/.test(step))
        // its URL is known from the beginning
        this.answer(execution, { step, generation, awaits: { is: 'webhook' } }, undefined);
    }
  }

  /** `from`: ms until whoever answers hears of it; undefined: it is sent at once. */
  private answer(execution: Uuid, armed: Armed, from: number | undefined): void {
    const { seed, results, faults } = this.parts;
    const { step, generation } = armed;
    const key = `${execution} ${step} ${generation}`;
    if (this.answered.has(key)) return;
    const given = answerTo(results, step, new Chance(seed, 'outside', execution, step, generation));
    if (!given || faults.hangs(step, 1)) return;
    this.answered.add(key);
    const wait = from === undefined ? 0 : from + given.millis + faults.delay(step, 1);
    for (const again of [0, ...faults.duplicates(step, 1)]) {
      this.give({ execution, armed, output: given.output }, wait + again * 1000);
    }
  }

  private give(answer: { execution: Uuid; armed: Armed; output: Json }, wait: number): void {
    const { execution, armed, output } = answer;
    const { step, generation, awaits } = armed;
    if (awaits.is === 'event') {
      const id = deriveUuid('event', this.parts.seed, execution, step, generation);
      this.deliver(execution, { id, name: awaits.name, payload: output }, wait);
    } else if (awaits.is === 'approval') this.approve(execution, armed, { output, wait });
    else this.callBack(execution, armed, { output, wait });
  }

  private deliver(
    execution: Uuid,
    event: { readonly id: Uuid; readonly name: string; readonly payload: Json },
    wait: number,
  ): void {
    const { watch } = this.parts;
    const isIt = (recorded: RunEvent): boolean => recorded.type === 'event_received' && recorded.event === event.id;
    this.ask(wait, {
      label: `event ${event.name}`,
      act: (engine) => engine.deliver(execution, event),
      granted: () => watch.acknowledged(`event ${event.id}`, execution, isIt),
    });
  }

  private approve(execution: Uuid, { step }: Armed, { output, wait }: { output: Json; wait: number }): void {
    const { watch } = this.parts;
    const said = isJsonObject(output) ? output : {};
    const answer = {
      approved: said.approved === true,
      by: typeof said.by === 'string' ? said.by : null,
      comment: typeof said.comment === 'string' ? said.comment : null,
    };
    const isIt = (recorded: RunEvent): boolean => recorded.type === 'step_completed' && recorded.step === step;
    this.ask(wait, {
      label: `answer to ${step}`,
      act: (engine) => engine.approve(execution, step, answer),
      granted: () => watch.acknowledged(`the answer to ${step}`, execution, isIt),
    });
  }

  private callBack(execution: Uuid, armed: Armed, { output, wait }: { output: Json; wait: number }): void {
    const { watch } = this.parts;
    const { step, generation } = armed;
    const isIt = (recorded: RunEvent): boolean =>
      (recorded.type === 'callback_received' || recorded.type === 'step_completed') &&
      recorded.step === step &&
      recorded.generation === generation;
    const token = this.tokenOf(execution, step);
    if (token === undefined) return; // the step is not there: nobody knows the URL
    this.ask(wait, {
      label: `callback of ${step}`,
      act: (engine) => engine.callBack(token, output),
      granted: () => {
        watch.acknowledged(`the callback of ${step}`, execution, isIt);
        const key = `${execution} ${step} ${generation}`;
        const times = (this.usedTokens.get(key) ?? 0) + 1;
        this.usedTokens.set(key, times);
        if (times > 1) watch.violate('once', `the callback of ${step} was acknowledged ${times} times`);
      },
    });
  }

  private tokenOf(execution: Uuid, address: string): string | undefined {
    const { history, watch } = this.parts;
    const known = history.of(execution);
    const state = known && watch.fold(known);
    const step = state && findStep(state, address);
    return step?.task.work.is === 'webhook' ? callbackToken(state as never, step) : undefined;
  }

  private ask<T>(wait: number, request: Request<T>): void {
    const { requests, timers } = this.parts;
    requests.ask(request, timers.now() + wait);
  }
}
