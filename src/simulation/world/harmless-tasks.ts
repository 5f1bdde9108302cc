import type { SchemaChecker } from '../../engine/core/index.js';
import type { Attempt, AttemptControl, AttemptOutcome, TaskRunner } from '../../engine/ports/index.js';
import type { Clock, Instant } from '../../kernel/index.js';
import { definePlugin, fatal, type Task, type TaskContext } from '../../plugin/contract/index.js';
import { createInProcessRunner, PluginRegistry, secretsFrom, type RegisteredTask } from '../../plugin/host/index.js';
import type { OutboundHttp } from '../../plugin/ports/index.js';

/** What a task that was really run gave, and when it would have given it. */
export interface RealEnd {
  readonly outcome: AttemptOutcome;
  /** Later than the beginning when the task slept. */
  readonly at: Instant;
}

/** Says something and changes nothing, although it is not pure. */
const ONLY_SAYS: ReadonlySet<string> = new Set(['core/log']);
const isHarmless = ({ type, task }: RegisteredTask): boolean => task.effects === 'pure' || ONLY_SAYS.has(type);
/** A simulation reaches nothing outside. */
const NO_HTTP: OutboundHttp = {
  client: () => ({ request: () => Promise.reject(fatal('address_blocked', 'A simulation sends no requests.')) }),
};
const MAX_OUTPUT = 16 * 2 ** 20;

/**
 * Tasks that do nothing to the world are really run in a simulation, by the real runner: `pure` ones, and `core/log`.
 * Their sleeps take virtual time.
 */
export class HarmlessTasks {
  private made: TaskRunner | undefined;
  private woken: Instant = 0;

  constructor(
    private readonly ground: { readonly registry: PluginRegistry; readonly schemas: SchemaChecker },
    private readonly clock: Clock,
  ) {}

  has(type: string): boolean {
    const registered = this.ground.registry.task(type);
    return registered !== undefined && isHarmless(registered);
  }

  /** Plain when the task ended at once. Attempts are counted without those that were lost: a crash changes nothing of what a task does. */
  run(attempt: Attempt, control: AttemptControl, ended: number): RealEnd | Promise<RealEnd> {
    this.woken = this.clock.now();
    const outcome = this.runner().run({ ...attempt, attempt: ended + 1, secrets: [], credentials: {} }, control);
    const at = this.woken;
    return outcome instanceof Promise ? outcome.then((late) => ({ outcome: late, at })) : { outcome, at };
  }

  /** Made when it is first needed: many simulations script all of their tasks. */
  private runner(): TaskRunner {
    if (this.made) return this.made;
    const { registry, schemas } = this.ground;
    const own = new PluginRegistry();
    const harmless = registry
      .types()
      .flatMap(({ type }) => registry.task(type) ?? [])
      .filter(isHarmless);
    for (const id of new Set(harmless.map(({ plugin }) => plugin))) {
      const tasks = harmless.filter(({ plugin }) => plugin === id);
      const plugin = definePlugin({ id, tasks: tasks.map(({ task }) => this.withVirtualSleep(task)) });
      own.add(plugin, { config: tasks[0]?.config ?? {}, services: [] });
    }
    this.made = createInProcessRunner({
      registry: own,
      schemaChecker: schemas,
      secrets: secretsFrom({}),
      services: {},
      http: NO_HTTP,
      clock: this.clock,
      limits: { maxOutputBytes: MAX_OUTPUT },
    });
    return this.made;
  }

  /** Sleeps before the first `await` of a task decide when it ends; what it sleeps later takes no time. */
  private withVirtualSleep(task: Task): Task {
    return {
      ...task,
      run: (input, context) => {
        const sleepUntil = (time: Instant): Promise<void> => {
          this.woken = Math.max(this.woken, time);
          return Promise.resolve();
        };
        return task.run(input, Object.create(context, { sleepUntil: { value: sleepUntil } }) as TaskContext);
      },
    };
  }
}
