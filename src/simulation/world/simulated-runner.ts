import type { TaskCatalogue, Usage } from '../../engine/core/index.js';
import type { Attempt, AttemptControl, AttemptOutcome, TaskRunner } from '../../engine/ports/index.js';
import { Chance, type Instant } from '../../kernel/index.js';
import { Delivery } from './delivery.js';
import type { StrikingFaults } from './striking-faults.js';
import type { HarmlessTasks } from './harmless-tasks.js';
import type { History } from '../watch/history.js';
import { sampleOf } from '../script/sample-output.js';
import { scriptOf, usualMillis, type TaskResults } from '../script/task-results.js';
import type { VirtualTimers } from './virtual-timers.js';
import type { Watch } from '../watch/watch.js';

export interface RunnerParts {
  readonly seed: number;
  readonly results: TaskResults;
  readonly catalogue: TaskCatalogue;
  readonly harmless: HarmlessTasks;
  readonly timers: VirtualTimers;
  readonly history: History;
  readonly watch: Watch;
  readonly faults: StrikingFaults;
}

interface Live {
  readonly attempt: Attempt;
  readonly control: AttemptControl;
  /** It will never end by itself. */
  hangs: boolean;
  /** What it will have used. */
  usage: Usage | undefined;
}

/** How an attempt is to end. */
interface Course {
  readonly outcome: AttemptOutcome;
  readonly at: Instant;
  readonly hangs: boolean;
}

/** Runs the attempts of one process: each ends as the script, the faults and chance have it, at its virtual time. */
export class SimulatedRunner implements TaskRunner {
  /** Attempts whose results have not been given, by execution and address. */
  private readonly live = new Map<string, Live>();
  /** Tasks that are really run and have not ended. */
  reallyRunning = 0;

  constructor(private readonly parts: RunnerParts) {}

  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome> {
    const { watch, history, faults } = this.parts;
    watch.began(attempt);
    const place = `${attempt.executionId} ${attempt.address}`;
    const before = this.live.get(place);
    if (before && !before.control.signal.aborted)
      watch.violate(
        'I2',
        `attempt ${attempt.attempt} of ${attempt.address} runs beside attempt ${before.attempt.attempt}`,
      );
    const live: Live = { attempt, control, hangs: false, usage: undefined };
    this.live.set(place, live);
    const ended = history.of(attempt.executionId)?.steps.get(attempt.address)?.endedAttempts ?? 0;
    faults.attemptBegan(attempt.address, ended + 1);
    const chance = new Chance(this.parts.seed, attempt.executionId, attempt.address, attempt.generation, ended);
    const course = this.courseOf(live, ended, chance);
    if (course instanceof Promise) return this.afterwards(live, ended, course);
    const isDue = course.at <= this.parts.timers.now() && !course.hangs;
    // What is given at once cannot be given again.
    const isImmediate = isDue && chance.happens(0.5) && faults.duplicates(attempt.address, ended + 1).length === 0;
    if (!isImmediate) return this.deliver(live, ended, course);
    this.give(live, ended, course.outcome);
    return course.outcome;
  }

  /** The attempt that runs at an address: its number, and whether it will ever end by itself. */
  liveAt(execution: string, address: string): { readonly attempt: number; readonly hangs: boolean } | undefined {
    const live = this.live.get(`${execution} ${address}`);
    return live && { attempt: live.attempt.attempt, hangs: live.hangs };
  }

  /** Attempts that run and will never end by themselves. */
  get hanging(): number {
    let count = 0;
    for (const { hangs } of this.live.values()) if (hangs) count += 1;
    return count;
  }

  private courseOf(live: Live, ended: number, chance: Chance): Course | Promise<Course> {
    const { results, harmless, timers, faults } = this.parts;
    const { attempt } = live;
    const script = scriptOf(results, attempt, { ended, chance });
    live.usage = script.usage;
    const millis = script.millis ?? usualMillis(results, chance);
    const hangs = script.hangs || faults.hangs(attempt.address, ended + 1);
    const late = faults.delay(attempt.address, ended + 1);
    const failure = faults.failure(attempt.address, ended + 1);
    const scripted = failure ? { is: 'failed' as const, failure } : script.outcome;
    const at = (from: Instant): Instant => from + late;
    if (!scripted && !hangs && harmless.has(attempt.type)) {
      const really = harmless.run(attempt, live.control, ended);
      const course = (end: { outcome: AttemptOutcome; at: Instant }): Course => ({
        outcome: end.outcome,
        at: at(script.millis === undefined ? end.at : timers.now() + script.millis),
        hangs,
      });
      return really instanceof Promise ? really.then(course) : course(really);
    }
    return { outcome: scripted ?? this.usual(attempt), at: at(timers.now() + millis), hangs };
  }

  /** Of a task of which nothing is said: a sample of what its type promises, else its input. */
  private usual({ type, input }: Attempt): AttemptOutcome {
    const output = this.parts.catalogue.find(type)?.output;
    return { is: 'completed', output: output === undefined ? input : sampleOf(output) };
  }

  private async afterwards(live: Live, ended: number, course: Promise<Course>): Promise<AttemptOutcome> {
    this.reallyRunning += 1;
    const known = await course;
    this.reallyRunning -= 1;
    return new Promise((resolve) => void this.deliver(live, ended, known).then(resolve));
  }

  private deliver(live: Live, ended: number, { outcome, at, hangs }: Course): Promise<AttemptOutcome> {
    const { timers, faults } = this.parts;
    const delivery = new Delivery<AttemptOutcome>();
    const { address, attempt } = live.attempt;
    live.hangs = hangs;
    if (hangs) return delivery;
    const label = `result of ${address}#${attempt}`;
    const again = { callback: () => delivery.deliver(outcome), label: `${label} again` };
    const callback = (): void => {
      this.give(live, ended, outcome);
      delivery.deliver(outcome);
      for (const seconds of faults.duplicates(address, ended + 1))
        timers.arm({ ...again, time: timers.now() + seconds * 1000 });
    };
    timers.arm({ time: at, callback, label });
    return delivery;
  }

  private give(live: Live, ended: number, outcome: AttemptOutcome): void {
    const { attempt, control, usage } = live;
    const place = `${attempt.executionId} ${attempt.address}`;
    // Of an execution that has ended it is refused, which is nothing to the task.
    if (usage) control.use(usage).catch(() => undefined);
    if (this.live.get(place) === live) this.live.delete(place);
    this.parts.watch.gave(attempt, outcome);
    this.parts.faults.attemptEnded(attempt.address, ended + 1);
  }
}
