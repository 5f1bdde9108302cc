import { Chance, HarmoniaError } from '../../kernel/index.js';
import {
  tasksByPattern,
  type CompiledWorkflow,
  type SchemaChecker,
  type TaskCatalogue,
} from '../../engine/core/index.js';
import { EmbeddedEngine, type EmbeddedEngineOptions } from '../../engine/embedded/index.js';
import type { Engine, RunnableWorkflow } from '../../engine/index.js';
import type { Batch, Timers } from '../../engine/ports/index.js';
import type { Json, JsonObject, Millis } from '../../kernel/index.js';
import type { PluginRegistry } from '../../plugin/host/index.js';
import { Clients } from './clients.js';
import type { FaultPlan } from '../script/fault-plan.js';
import { HarmlessTasks } from './harmless-tasks.js';
import { History, type ExecutionHistory } from '../watch/history.js';
import type { Violation } from '../watch/invariants.js';
import { SimulatedRunner } from './simulated-runner.js';
import { SimulatedStore, type Process } from './simulated-store.js';
import { StrikingFaults } from './striking-faults.js';
import type { TaskResults } from '../script/task-results.js';
import { MachineClock } from './machine-clock.js';
import { Outside } from './outside.js';
import { Requests } from './requests.js';
import { VirtualTimers, type Armed } from './virtual-timers.js';
import { Wakefulness, type Standing } from '../watch/wakefulness.js';
import { Watch } from '../watch/watch.js';

/** An engine as a process opens it. */
export type OpenableEngine = Engine & { open(): Promise<void> };

/** What is simulated, and everything that chance and faults decide: the same schedule runs the same way, step by step. */
export interface Schedule {
  readonly workflow: RunnableWorkflow;
  readonly input: Json;
  readonly seed: number;
  readonly plan: FaultPlan;
  /** Which of the micro-steps that were due was taken, in order; where it ends, the one that was due first. Absent: by the seed. */
  readonly choices?: readonly number[];
}

/** What all schedules of a simulation share. */
export interface SimulationGround {
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  readonly results: TaskResults;
  /** Workflows that steps may run, by name. Default: none. */
  readonly workflows?: ReadonlyMap<string, RunnableWorkflow> | undefined;
  /** The next version of the workflow: what executions migrate to. */
  readonly next?: RunnableWorkflow | undefined;
  /** Executions that are started together. Default 1. */
  readonly executions?: number;
  /** Attempts that run at the same time. Default 100. */
  readonly slots?: number;
  /** Longest that a commit takes, ms; each takes what chance says. Default 0. */
  readonly commitMillis?: Millis;
  /** Micro-steps after which a schedule is given up. Default 100,000. */
  readonly mostSteps?: number;
  /** Makes the engine over the simulated ports. Default: the embedded engine. */
  readonly engine?: (options: EmbeddedEngineOptions) => OpenableEngine;
}

/** What came of one schedule. */
export interface ScheduleRun {
  readonly violations: readonly Violation[];
  readonly history: History;
  /** Executions that did not end, and why. */
  readonly standing: ReadonlyMap<string, Standing>;
  /** The choices that were taken, to run it again. */
  readonly choices: readonly number[];
  /** Every micro-step, in words. */
  readonly trace: readonly string[];
  /** Indices of the faults of the plan that struck. */
  readonly struck: ReadonlySet<number>;
  readonly commits: number;
  /** Why the execution could not be started at all. */
  readonly refusal: unknown;
}

/** 2026-01-01: what `now()` says at the beginning. */
const BEGINNING = 1_767_225_600_000;
const SLOTS = 100;
const MOST_STEPS = 100_000;
/** Turns of the event loop without a call of a port after which the engine has done all that it can. */
const STILL = 2;
/** Turns after which an engine that is never still is running in circles. */
const MOST_TURNS = 10_000;

/** Real ms that tasks which are really run may take. */
const PATIENCE = 10_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The real engine, on one thread, over a store, a clock and tasks that do one thing at a time. */
export class SimulatedWorld {
  private readonly timers = new VirtualTimers(BEGINNING);
  private readonly clock = new MachineClock(this.timers);
  private readonly history = new History();
  private readonly watch: Watch;
  private readonly faults: StrikingFaults;
  private readonly store: SimulatedStore;
  private readonly clients: Clients;
  private readonly outside: Outside;
  private readonly definitions: ReadonlyMap<string, CompiledWorkflow>;
  private readonly wakefulness: Wakefulness;
  private readonly harmless: HarmlessTasks;
  private readonly chance: Chance;
  private readonly choices: number[] = [];
  private readonly trace: string[] = [];
  private process: Process = { alive: false };
  private processTimers = this.clock.ofProcess();
  private runner: SimulatedRunner;
  private engine: OpenableEngine;
  private isOpen = false;
  /** Calls of the ports: while they go up, the engine is busy. */
  private calls = 0;

  constructor(
    private readonly schedule: Schedule,
    private readonly ground: SimulationGround,
  ) {
    const { timers, history } = this;
    const clock = { now: () => this.processTimers.now() };
    const { workflow, input, seed, plan } = schedule;
    const { commitMillis = 0, executions = 1, slots = SLOTS, results, next } = ground;
    this.chance = new Chance(seed, 'schedule');
    this.definitions = definitionsIn(schedule, ground);
    const watch = new Watch(history, this.definitions);
    const faults = new StrikingFaults(plan);
    const latency = (commit: number): Millis =>
      commitMillis === 0 ? 0 : new Chance(seed, 'commit', commit).below(commitMillis + 1);
    [this.watch, this.faults] = [watch, faults];
    const onWritten = (batch: Batch): void => this.tellOutside(batch);
    this.store = new SimulatedStore({ timers, watch, faults, latency, onWritten });
    const requests = new Requests(timers);
    const tasks = tasksIn(this.definitions);
    this.outside = new Outside({ seed, results, requests, timers, history, watch, faults, tasks });
    const { outside } = this;
    this.clients = new Clients({ workflow, input, seed, executions, timers, watch, faults, requests, outside, next });
    this.wakefulness = new Wakefulness({ watch, history, timers, clock, slots });
    this.harmless = new HarmlessTasks(ground, timers);
    this.runner = this.createRunner();
    this.engine = this.startProcess();
  }

  /** Runs it to its end, or to the first violation. */
  async run(): Promise<ScheduleRun> {
    this.clients.begin();
    this.armWorld();
    await this.settle();
    while (this.watch.violations.length === 0 && this.clients.refusal === undefined) {
      if (this.faults.diesNow(this.trace.length)) {
        this.crash();
      } else {
        const next = this.pick();
        if (!next) break;
        this.trace.push(next.label);
        this.timers.ring(next);
      }
      await this.settle();
      if (this.trace.length > (this.ground.mostSteps ?? MOST_STEPS)) {
        this.watch.violate('E4', `it goes on and on: ${this.trace.length} micro-steps`);
      }
    }
    return this.conclude();
  }

  /** Faults of the machine that strike at a time. */
  private armWorld(): void {
    const { timers, faults, clock } = this;
    for (const { at, fault } of faults.timed()) {
      const arm = (label: string, effect?: () => void): void => {
        const callback = (): void => {
          faults.strike(fault);
          effect?.();
        };
        timers.arm({ time: BEGINNING + at * 1000, callback, label, outlives: true });
      };
      if (fault.fault === 'crash') arm('time to die');
      else if (fault.fault === 'clock') arm('the clock is set', () => clock.set(fault.seconds * 1000));
      else if (fault.fault === 'freeze') arm('the clock stands still', () => clock.freeze(fault.seconds * 1000));
    }
  }

  private tellOutside({ transitions }: Batch): void {
    for (const { handle, events } of transitions) {
      for (const { event } of events) this.outside.heard(handle.execution, event);
    }
  }

  private pick(): Armed | undefined {
    const due = this.timers.turnToNext();
    if (due.length <= 1) return due[0];
    const given = this.schedule.choices;
    const choice = given ? Math.min(given[this.choices.length] ?? 0, due.length - 1) : this.chance.below(due.length);
    this.choices.push(choice);
    return due[choice];
  }

  /** Lets the engine do all that it can do without another micro-step, then looks at it. */
  private async settle(): Promise<void> {
    const patience = performance.now() + PATIENCE;
    let still = 0;
    for (let turns = 0; still < STILL || this.runner.reallyRunning > 0; turns++) {
      const before = this.calls;
      await turn();
      still = this.calls === before ? still + 1 : 0;
      if (this.runner.reallyRunning > 0 ? performance.now() < patience : turns < MOST_TURNS) continue;
      return this.watch.violate('E4', 'the engine runs in circles, or a task that is really run does not end');
    }
    if (!this.isOpen) return this.watch.violate('E4', 'the engine does not open');
    if (this.faults.isDying || this.store.underWay > 0) return;
    const status = this.engine.status();
    if (status.storage === undefined) this.wakefulness.checkAtRest(this.runner, status);
    else if (this.timers.firstRing() === Infinity)
      this.watch.violate('I5', 'the store did not take a write, and nothing will try again');
  }

  /** The process dies between two micro-steps, and another one opens what it left. */
  private crash(): void {
    this.trace.push('crash');
    this.process.alive = false;
    this.clients.disconnect();
    this.timers.die();
    this.clock.set(this.faults.takeShift() * 1000);
    this.store.died();
    this.watch.restarted();
    this.runner = this.createRunner();
    this.engine = this.startProcess();
  }

  private createRunner(): SimulatedRunner {
    const { timers, history, watch, faults, harmless, ground, schedule } = this;
    const { results, registry } = ground;
    const catalogue: TaskCatalogue = registry;
    return new SimulatedRunner({
      ...{ seed: schedule.seed, results, catalogue, harmless },
      ...{ timers, history, watch, faults },
    });
  }

  private startProcess(): OpenableEngine {
    const process: Process = { alive: true };
    const { runner, ground, schedule } = this;
    this.process = process;
    this.processTimers = this.clock.ofProcess();
    this.isOpen = false;
    const whileAlive = (work: () => void): void => {
      this.calls += 1;
      if (process.alive) work();
    };
    const make = ground.engine ?? ((options): OpenableEngine => new EmbeddedEngine(options));
    const { slots = SLOTS } = ground;
    const engine = make({
      journal: this.counted(this.store.seenBy(process)),
      timers: this.timersOf(process),
      runner: this.counted(runner),
      notifier: {
        publish: (publications) => whileAlive(() => this.watch.publish(publications)),
        progress: () => undefined,
      },
      limits: { maxRunningTasks: slots, maxOpenExecutions: 10_000, maxOpenSteps: 1_000_000 },
      compiled: (definition) => Promise.resolve(this.definitions.get(definition) ?? schedule.workflow.compiled),
      workflow: (name) => {
        const found = ground.workflows?.get(name);
        return found ? Promise.resolve(found) : Promise.reject(new HarmoniaError('workflow_not_found', { id: name }));
      },
      newId: () => this.clients.newId(),
      newSeed: () => String(schedule.seed),
      elapsed: () => 0, // nothing depends on the pace of this machine
      onTrouble: (what, error) => whileAlive(() => this.trouble(what, error)),
    });
    void engine.open().then(() => {
      if (!process.alive) return;
      this.isOpen = true;
      this.clients.connect(engine);
    });
    return engine;
  }

  /** The clock as one process has it: a dead one hears no timer. */
  private timersOf(process: Process): Timers {
    const { processTimers: timers } = this;
    return {
      now: () => {
        this.calls += 1;
        return timers.now();
      },
      at: (time, callback) => timers.at(time, () => process.alive && callback()),
    };
  }

  /** The same port; every call of it is noticed. */
  private counted<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        this.calls += 1;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  private trouble(what: string, error: unknown): void {
    if (what.includes('does not take writes')) return; // a fault of the plan
    this.watch.violate('E6', `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  private conclude(): ScheduleRun {
    const { watch, history } = this;
    const standing = new Map<string, Standing>();
    if (watch.violations.length === 0 && this.clients.refusal === undefined) {
      watch.finish(this.clients.most);
      for (const [id, execution] of history.executions) this.checkEnd(id, execution, standing);
      if (!this.clients.allStarted) watch.violate('E4', 'a start was never acknowledged');
    }
    this.process.alive = false;
    const { violations } = watch;
    const { choices, trace } = this;
    const { struck } = this.faults;
    const { commits } = this.store;
    return { violations, history, standing, choices, trace, struck, commits, refusal: this.clients.refusal };
  }

  private checkEnd(id: string, execution: ExecutionHistory, standing: Map<string, Standing>): void {
    if (execution.ended) {
      if (this.clients.isUntold(id)) this.watch.violate('E1', `${id} has ended and who waits for it was not told`);
      return;
    }
    const found = this.wakefulness.standing(execution, this.runner);
    if (found) standing.set(id, found);
  }
}

/** By content hash. */
const definitionsIn = (
  { workflow }: Schedule,
  { workflows, next }: SimulationGround,
): ReadonlyMap<string, CompiledWorkflow> => {
  const all = [workflow, ...(workflows?.values() ?? []), ...(next ? [next] : [])];
  return new Map(all.map(({ pinned, compiled }) => [pinned.definition, compiled]));
};

const tasksIn = (definitions: ReadonlyMap<string, CompiledWorkflow>): ReadonlyMap<string, JsonObject> =>
  new Map([...definitions.values()].flatMap(({ document }) => [...tasksByPattern(document)]));
