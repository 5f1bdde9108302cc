import {
  allSteps,
  callbackToken,
  decide,
  findStep,
  isTerminalRun,
  limitsOf,
  plan,
  replay,
  startRun,
  type CompiledWorkflow,
  type Order,
  type RunEvent,
  type RunRequest,
  type RunState,
  type Step,
  type TaskPath,
} from '../../../src/engine/core/index.js';
import type { Facts } from '../../../src/llm/optimizer/ir/index.js';

import { Deeds } from './deeds.js';
import type { Grain } from './grain.js';
import { giftOf, inputOf, type Outcome, type World } from './world.js';

/** One of two versions, in a world. */
export interface Setting {
  readonly compiled: CompiledWorkflow;
  readonly world: World;
  readonly facts: Facts;
  /** The task of the base that one of this version stands for, where it is another path. */
  readonly stands: Readonly<Record<TaskPath, TaskPath>>;
  readonly grain: Grain;
}

/** What may happen next, and to which step. */
export interface Move {
  readonly does: 'run' | 'begin' | 'act' | 'end' | 'recall' | 'elapse' | 'answer' | 'child' | 'detached' | 'expire';
  readonly step: string;
}

type Untimed<T> = T extends RunRequest ? Omit<T, 'at'> : never;
type OrderOf<K extends Order['is']> = Extract<Order, { is: K }>;

const NOW = 1_800_000_000_000;
const EXECUTION = '00000000-0000-4000-8000-000000000001';
const WORKFLOW = { id: 'w', name: 'w', version: '1.0.0', definition: 'd' };

/** An execution under way, in the engine's own core; and what the world knows of it. Time stands still but for what is waited for. */
export class Situation {
  private readonly orders = new Map<string, Order>();

  private constructor(
    readonly setting: Setting,
    private readonly events: RunEvent[],
    readonly state: RunState,
    readonly deeds: Deeds,
    /** Steps that failed of themselves, not over what they hold. */
    public failures: number,
  ) {
    this.takeOrders();
  }

  /** Undefined: the core refuses to start it. */
  static first(setting: Setting): Situation | undefined {
    const started = startRun({
      ...{ at: NOW, execution: EXECUTION, compiled: setting.compiled, workflow: WORKFLOW },
      ...{ input: inputOf(setting.world), metadata: {}, options: {}, seed: 'seed', origin: 'http://here' },
    });
    if (started.is !== 'accepted') return undefined;
    return new Situation(setting, [...started.events], started.state, Deeds.none(setting), 0);
  }

  /** The same, of which something else may become: its journal is folded anew. */
  fork(): Situation {
    const { setting, events, deeds, failures } = this;
    return new Situation(setting, [...events], replay(setting.compiled, events), deeds.copy(), failures);
  }

  get isOver(): boolean {
    return isTerminalRun(this.state.status);
  }

  /** All that may happen next; none: it is over, or waits for ever. One alone when it makes no difference what else may. */
  moves(): Move[] {
    const { grain, world } = this.setting;
    const moves: Move[] = [...this.deeds.detached.keys()].map((step) => ({ does: 'detached', step }));
    if (this.isOver) return moves;
    for (const order of this.orders.values()) {
      const step = 'step' in order ? findStep(this.state, order.step) : undefined;
      const move = step && this.moveOf(order, step);
      if (!move) continue;
      if (grain.atOnce.has(step.task)) return [move];
      moves.push(move);
    }
    if (grain.waits && !world.isSilent) this.addAnswers(moves);
    if (world.isSlow && this.state.deadline !== undefined && !this.state.ending)
      moves.push({ does: 'expire', step: '' });
    return moves;
  }

  private moveOf(order: Order, step: Step): Move | undefined {
    const { state, address } = step;
    switch (order.is) {
      case 'ready':
        return this.isHeldUp(order) ? undefined : this.beginning(order, step);
      case 'run':
        if (state.at !== 'running') return undefined;
        return { does: !this.deeds.acted.has(address) && this.actsApart(address) ? 'act' : 'end', step: address };
      case 'wake':
        return this.mayElapse(step) ? { does: 'elapse', step: address } : undefined;
      case 'start-child':
        if (state.at !== 'armed') return undefined;
        return { does: this.deeds.acted.has(address) ? 'end' : 'child', step: address };
      default:
        return undefined;
    }
  }

  private beginning({ cacheKey }: OrderOf<'ready'>, { state, address: step }: Step): Move | undefined {
    if (state.at !== 'ready' && state.at !== 'backing-off') return undefined;
    if (cacheKey !== undefined && state.at === 'ready' && !state.tries && this.deeds.isKnown(cacheKey))
      return { does: 'recall', step };
    return { does: this.setting.grain.beginsApart ? 'begin' : 'run', step };
  }

  /** A time that somebody waits for comes; a timeout is met where the world is slow, or nobody answers. */
  private mayElapse({ state, task }: Step): boolean {
    const { isSlow, isSilent } = this.setting.world;
    if (state.at === 'inside') return isSlow;
    if (state.at !== 'armed') return false;
    return task.work.is === 'workflow' ? isSlow : task.work.is === 'wait' || isSilent;
  }

  /** Its effect and its end are two things. */
  private actsApart(address: string): boolean {
    const step = findStep(this.state, address);
    return this.setting.grain.endsApart && step !== undefined && this.deeds.doingOf(step) !== undefined;
  }

  private isHeldUp({ limits }: OrderOf<'ready'>): boolean {
    return limits.some(({ key, concurrency }) => {
      if (concurrency === undefined) return false;
      const running = [...allSteps(this.state)].filter(({ state }) => state.at === 'running');
      return (
        running.filter((step) => limitsOf(this.state, step).some((limit) => limit.key === key)).length >= concurrency
      );
    });
  }

  private addAnswers(moves: Move[]): void {
    for (const { state, address } of allSteps(this.state)) {
      if (state.at !== 'armed' || state.awaits.is === 'time' || state.awaits.is === 'workflow') continue;
      if (state.awaits.is !== 'event' || this.isFirstToListen(address, state.awaits.name))
        moves.push({ does: 'answer', step: address });
    }
  }

  /** An event goes to whoever has waited longest for one of its name. */
  private isFirstToListen(address: string, name: string): boolean {
    for (const { state, address: other } of this.state.listening) {
      if (state.at === 'armed' && state.awaits.is === 'event' && state.awaits.name === name) return other === address;
    }
    return false;
  }

  apply({ does, step: address }: Move): void {
    if (does === 'detached') return this.deeds.actDetached(address);
    if (does === 'expire') return this.send({ is: 'expire-execution' }, this.state.deadline);
    const step = this.stepAt(address);
    switch (does) {
      case 'begin':
        return this.begin(step);
      case 'run':
        this.begin(step);
        if (this.stepAt(address).state.at !== 'running') return;
        if (!this.actsApart(address)) return this.end(step);
        this.act(step);
        return;
      case 'act':
        this.act(step);
        return;
      case 'end':
        return step.task.work.is === 'workflow' ? this.endChild(step) : this.end(step);
      case 'recall':
        return this.recall(step);
      case 'elapse':
        return this.elapse(step);
      case 'answer':
        return this.answer(step);
      case 'child':
        return this.runChild(step);
    }
  }

  private stepAt(address: string): Step {
    const step = findStep(this.state, address);
    if (!step) throw new Error(`there is no step ${address}`);
    return step;
  }

  private begin({ address: step, generation, state }: Step): void {
    this.send({ is: 'begin', step, generation }, state.at === 'backing-off' ? state.until : undefined);
  }

  private act(step: Step): Outcome {
    const { state, address } = step;
    if (state.at !== 'running') throw new Error(`${address} does not run`);
    const outcome = this.deeds.attempt(step, state.tries.input, state.tries.attempt);
    this.deeds.acted.set(address, outcome);
    return outcome;
  }

  private end(step: Step): void {
    const { address, generation, state } = step;
    if (state.at !== 'running') throw new Error(`${address} does not run`);
    const outcome = this.deeds.acted.get(address) ?? this.act(step);
    this.deeds.acted.delete(address);
    const about = { step: address, generation, attempt: state.tries.attempt };
    if (outcome.is === 'failed') return this.send({ is: 'fail', ...about, failure: outcome.failure });
    if (state.ready?.cacheKey !== undefined) this.deeds.learn(state.ready.cacheKey, outcome.output);
    this.send({ is: 'succeed', ...about, output: outcome.output });
  }

  /** A result that is known comes without an attempt; what its input would be, an attempt in another execution tells. */
  private recall(step: Step): void {
    const { address, generation, state } = step;
    const cacheKey = state.at === 'ready' ? state.ready?.cacheKey : undefined;
    const other = this.fork();
    other.begin(other.stepAt(address));
    const asked = other.stepAt(address).state;
    if (cacheKey === undefined || asked.at !== 'running') return this.begin(step);
    const output = this.deeds.recall(cacheKey, step, asked.tries.input);
    this.send({ is: 'recall', step: address, generation, cacheKey, output });
  }

  private elapse(step: Step): void {
    const { address, generation, state } = step;
    const until = state.at === 'armed' ? state.until : state.at === 'inside' ? state.deadline : undefined;
    if (step.task.work.is === 'wait') this.deeds.answer(step, 'time');
    this.send({ is: 'elapse', step: address, generation }, until);
  }

  private answer(step: Step): void {
    const { address, state } = step;
    if (state.at !== 'armed') throw new Error(`${address} waits for nothing`);
    switch (state.awaits.is) {
      case 'event': {
        const { name } = state.awaits;
        const hash = this.deeds.answer(step, `event ${name}`);
        return this.send({ is: 'deliver', event: `${name} ${hash}`, name, payload: giftOf(hash) });
      }
      case 'approval': {
        const { by, message } = state.awaits;
        const hash = this.deeds.answer(step, `approval ${JSON.stringify([by, message])}`);
        return this.send({ is: 'approve', step: address, approved: hash % 2 === 0, by: by[0] ?? null, comment: null });
      }
      default: {
        const payload = giftOf(this.deeds.answer(step, 'webhook'));
        this.send({ is: 'callback', token: callbackToken(this.state, step), payload });
      }
    }
  }

  private runChild(step: Step): void {
    const { task, address, generation, state } = step;
    if (task.work.is !== 'workflow' || state.at !== 'armed' || state.awaits.is !== 'workflow') return;
    const { name, input = null } = state.awaits;
    if (!task.work.wait) {
      this.deeds.detach(step, name, input);
      return this.send({ is: 'child', step: address, generation, outcome: { is: 'started' } });
    }
    this.deeds.acted.set(address, this.deeds.child(step, name, input));
    if (!this.setting.grain.endsApart) this.endChild(step);
  }

  private endChild({ address, generation }: Step): void {
    const outcome = this.deeds.acted.get(address);
    if (!outcome) throw new Error(`${address} has run no workflow`);
    this.deeds.acted.delete(address);
    this.send({ is: 'child', step: address, generation, outcome });
  }

  private send(request: Untimed<RunRequest>, at = NOW): void {
    const decision = decide(this.state, { ...request, at });
    if (decision.is === 'refused') throw new Error(`${decision.refusal.is}: ${JSON.stringify(request)}`);
    this.events.push(...decision.events);
    for (const event of decision.events) if (isOwnFailure(this.state, event)) this.failures += 1;
    this.takeOrders();
  }

  private takeOrders(): void {
    for (const order of plan(this.state)) {
      // A journal that is folded anew tells of attempts that were stopped long ago.
      if (order.is === 'stop' && findStep(this.state, order.step)?.state.at === 'running') continue;
      if (order.is === 'stop' || order.is === 'disarm') {
        this.orders.delete(order.step);
        this.deeds.acted.delete(order.step);
      } else if (order.is !== 'cancel-child') {
        this.orders.set(order.is === 'start-child' ? `${order.step} child` : order.step, order);
      }
    }
  }
}

/** A step has failed, and not over something in it. */
const isOwnFailure = (state: RunState, event: RunEvent): boolean => {
  if (event.type !== 'step_failed') return false;
  const { code } = event.failure;
  return (
    !findStep(state, event.step)?.bodies || code === 'loop_limit' || code === 'expression_error' || code === 'timeout'
  );
};
