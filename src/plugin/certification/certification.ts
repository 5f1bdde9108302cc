import type { SchemaChecker } from '../../engine/core/index.js';
import type { Plugin, Task } from '../contract/index.js';
import type { AttemptProcesses } from './attempt-processes.js';
import { CaseRun, type CaseParts } from './case-run.js';
import type { CrashCase, CrashTest, FakeService } from './crash-test.js';
import { CannotCertify } from './patience.js';
import { judge, type CaseObservations, type Observation, type TaskVerdict } from './verdict.js';

/** Boundaries of one case at which attempts are killed; of more, so many are chosen evenly. */
const MOST = 200;
/** Of them, those at which two attempts in a row are killed. */
const TWICE = 3;

/** `count` of the numbers from 1 to `total`, evenly, the last one always among them. */
const spread = (total: number, count: number): number[] => {
  const chosen = Math.min(total, count);
  return Array.from({ length: chosen }, (_, index) => Math.ceil(((index + 1) * total) / chosen));
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What `crash.js` exports, or everything that is wrong with it. */
export const readCrashTest = (exported: unknown, { tasks }: Plugin): CrashTest | readonly string[] => {
  if (!isObject(exported)) return ['the default export of crash.js is no object: make it with defineCrashTest'];
  const { service, cases } = exported;
  const problems: string[] = [];
  if (typeof service !== 'function') problems.push('crash.js has no function `service`');
  if (!Array.isArray(cases)) return [...problems, 'crash.js has no list `cases`'];
  const ids = tasks.map(({ id }) => id);
  for (const [index, one] of (cases as unknown[]).entries()) {
    const task = isObject(one) ? one.task : undefined;
    if (!ids.some((id) => id === task))
      problems.push(
        `case ${index + 1} of crash.js is of the task ${JSON.stringify(task)}; there are: ${ids.join(', ')}`,
      );
  }
  for (const id of ids) {
    if (!cases.some((one) => isObject(one) && one.task === id))
      problems.push(`crash.js has no case of the task "${id}"`);
  }
  return problems.length > 0 ? problems : (exported as unknown as CrashTest);
};

/** Whether what the author has written is a service. */
export const mustBeService = (made: unknown): FakeService => {
  const missing = ['effects', 'reset', 'stop'].filter((name) => !isObject(made) || typeof made[name] !== 'function');
  if (missing.length > 0) throw new CannotCertify(`the fake service has no function ${missing.join(', ')}`);
  return made as FakeService;
};

export interface CertificationParts {
  readonly plugin: Plugin;
  readonly test: CrashTest;
  readonly service: FakeService;
  readonly processes: AttemptProcesses;
  readonly schemas: SchemaChecker;
  /** ms */
  readonly patience: number;
  readonly progress: (task: string, done: number, of: number) => void;
}

/** Kills every task of a plugin at every boundary, and judges what was seen. */
export class Certification {
  constructor(private readonly parts: CertificationParts) {}

  async run(): Promise<readonly TaskVerdict[]> {
    const verdicts: TaskVerdict[] = [];
    for (const task of this.parts.plugin.tasks) verdicts.push(await this.certify(task));
    return verdicts;
  }

  private async certify(task: Task): Promise<TaskVerdict> {
    const cases = this.parts.test.cases.filter((one) => one.task === task.id);
    const observed: CaseObservations[] = [];
    for (const [index, given] of cases.entries())
      observed.push(
        await this.observe(task, given, cases.length > 1 ? `case ${index + 1} of "${task.id}"` : `"${task.id}"`),
      );
    return judge(task.id, task.effects, observed);
  }

  private async observe(task: Task, given: CrashCase, name: string): Promise<CaseObservations> {
    const { service, processes, patience, progress } = this.parts;
    const run = new CaseRun({ given, service, processes, patience } satisfies CaseParts);
    this.mustFit(task, run, name);
    const baseline = await run.step();
    const again = await run.step();
    const undisturbed = { name, baseline, again, killed: [] };
    if (judge(task.id, task.effects, [undisturbed]).failures.length > 0) return undisturbed;
    const total = baseline.boundaries.length;
    const plans = [
      ...spread(total, MOST).map((index) => [index]),
      ...spread(total, TWICE).map((index) => [index, index]),
    ];
    const killed: Observation[] = [];
    for (const [done, plan] of plans.entries()) {
      const step = await run.step(plan);
      killed.push(step);
      // The author mends one thing at a time.
      if (judge(task.id, task.effects, [{ ...undisturbed, killed: [step] }]).failures.length > 0) break;
      progress(task.id, done + 1, plans.length);
    }
    return { ...undisturbed, killed };
  }

  private mustFit({ input: schema }: Task, { input }: CaseRun, name: string): void {
    const compiled = schema && this.parts.schemas.compile(schema);
    if (!compiled) return;
    if (!compiled.ok) throw new CannotCertify(`the input schema of ${name} is wrong: ${compiled.error.reason}`);
    const [problem] = compiled.value.check(input);
    if (problem)
      throw new CannotCertify(`the input of ${name} does not fit its schema: ${problem.pointer} ${problem.reason}`);
  }
}
