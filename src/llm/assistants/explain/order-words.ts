import { bodiesIn, type CompiledScope, type CompiledTask, type Work } from '../../../engine/core/index.js';
import { topological } from '../../optimizer/dependence/index.js';
import { code, count, grouped, listed, sentence } from './english.js';
import { provisoWords, workWords, type Describes } from './task-words.js';

/** Tasks of one scope that are told one by one, and lines that are told in all. */
const MOST_TASKS = 16;
const MOST_LINES = 60;
/** Steps of a scope that are told apart when its tasks are too many. */
const MOST_STEPS = 16;
/** Tasks of the longest chain that are named. */
const MOST_CHAIN = 10;

/** The tasks of a scope by the earliest step at which each can run: it runs after all that it waits for. */
const stepsOf = ({ tasks }: CompiledScope): CompiledTask[][] => {
  const at: number[] = [];
  const steps: CompiledTask[][] = [];
  for (const index of topological(tasks)) {
    const task = tasks[index] as CompiledTask;
    const step = Math.max(-1, ...[...task.needs, ...task.gates].map((before) => at[before] ?? 0)) + 1;
    at[index] = step;
    (steps[step] ??= []).push(task);
  }
  for (const step of steps) step.sort((a, b) => a.index - b.index);
  return steps;
};

/** As many tasks as possible of which each waits for the one before. */
const longestChain = ({ tasks }: CompiledScope): CompiledTask[] => {
  const before = new Map<number, { readonly length: number; readonly from: number | undefined }>();
  for (const index of topological(tasks)) {
    const { needs, gates } = tasks[index] as CompiledTask;
    let best = { length: 1, from: undefined as number | undefined };
    for (const from of [...needs, ...gates].sort((a, b) => a - b)) {
      const length = (before.get(from)?.length ?? 0) + 1;
      if (length > best.length) best = { length, from };
    }
    before.set(index, best);
  }
  let end: number | undefined;
  for (const [index, { length }] of before) if (length > (before.get(end ?? -1)?.length ?? 0)) end = index;
  const chain: CompiledTask[] = [];
  for (let at = end; at !== undefined; at = before.get(at)?.from) chain.unshift(tasks[at] as CompiledTask);
  return chain;
};

const HELD: Readonly<Record<string, string>> = { '/catch': 'If that fails:', '/finally': 'In any case, at the end:' };

/** Whether one switch decides which of these runs. */
const isChoice = (step: readonly CompiledTask[], { tasks }: CompiledScope): boolean => {
  const [first] = step[0]?.gates ?? [];
  const isSwitch = first !== undefined && tasks[first]?.work.is === 'switch';
  return isSwitch && step.every(({ gates }) => gates.length === 1 && gates[0] === first);
};

/** What is done, in which order, and what at the same time. */
class Telling {
  readonly lines: string[] = [];

  constructor(private readonly types: Describes) {}

  scope(scope: CompiledScope, indent: string): void {
    const steps = stepsOf(scope);
    if (scope.tasks.length > MOST_TASKS) return this.summary(steps, indent);
    steps.forEach((step, index) => {
      const mark = `${indent}${index + 1}. `;
      const [only] = step;
      if (step.length === 1 && only) return this.task(only, { scope, mark, indent: `${indent}   ` });
      this.lines.push(`${mark}${isChoice(step, scope) ? 'One of these' : 'At the same time'}:`);
      for (const task of step) this.task(task, { scope, mark: `${indent}   - `, indent: `${indent}     ` });
    });
  }

  private task(
    task: CompiledTask,
    { scope, mark, indent }: { readonly scope: CompiledScope; readonly mark: string; readonly indent: string },
  ): void {
    const bodies = bodiesIn(task.work);
    const words = `${code(task.id)} ${workWords(task, scope, this.types)}${provisoWords(task, scope)}`;
    const isRoom = this.lines.length < MOST_LINES;
    const held = bodies.reduce((sum, { scope: body }) => sum + body.tasks.length, 0);
    if (bodies.length === 0) return void this.lines.push(`${mark}${words}.`);
    if (!isRoom) return void this.lines.push(`${mark}${words}: ${count(held, 'task')}.`);
    this.lines.push(`${mark}${words}:`);
    for (const { scope: body, suffix } of bodies) {
      const title = HELD[suffix];
      if (title !== undefined) this.lines.push(`${indent}${title}`);
      this.scope(body, indent);
    }
  }

  /** Too many to be told one by one: steps, by what their tasks do. */
  private summary(steps: readonly (readonly CompiledTask[])[], indent: string): void {
    const shown = steps.length <= MOST_STEPS ? steps.length : MOST_STEPS - 4;
    const line = (from: number, to: number): void => {
      const tasks = steps.slice(from, to).flat();
      const mark = to - from === 1 ? `Step ${from + 1}` : `Steps ${from + 1} to ${to}`;
      this.lines.push(`${indent}${mark}: ${crowdWords(tasks)}.`);
    };
    for (let index = 0; index < shown; index++) line(index, index + 1);
    if (shown === steps.length) return;
    line(shown, steps.length - 3);
    for (let index = steps.length - 3; index < steps.length; index++) line(index, index + 1);
  }
}

const KINDS: Readonly<Partial<Record<Work['is'], string>>> = {
  ...{ map: 'a map', loop: 'a loop', group: 'a group', race: 'a race', try: 'a try', switch: 'a switch' },
  ...{ wait: 'a wait', event: 'a wait for an event', approval: 'an approval', webhook: 'a webhook' },
  workflow: 'another workflow',
};

const kindOf = ({ work }: CompiledTask): string => (work.is === 'task' ? code(work.type) : (KINDS[work.is] ?? work.is));

const crowdWords = (tasks: readonly CompiledTask[]): string => {
  const kinds = grouped(tasks, kindOf).map(([kind, of]) => {
    const names = listed(
      of.map(({ id }) => code(id)),
      { most: 3 },
    );
    return of.length === 1 ? `${names} (${kind})` : `${of.length} × ${kind} (${names})`;
  });
  return tasks.length === 1 ? kinds.join('') : `${count(tasks.length, 'task')}: ${listed(kinds, { most: 6 })}`;
};

/** What is done in which order; `types`: with what task types say of themselves. */
export const orderWords = (scope: CompiledScope, types: Describes): readonly string[] => {
  const telling = new Telling(types);
  telling.scope(scope, '');
  if (scope.tasks.length < 2) return telling.lines;
  const chain = longestChain(scope);
  const names = chain.map(({ id }) => code(id));
  const shown = names.length <= MOST_CHAIN ? names : [...names.slice(0, MOST_CHAIN - 2), '…', ...names.slice(-1)];
  const line =
    chain.length === 1
      ? 'No task waits for another: all may run at the same time.'
      : `A task starts as soon as what it waits for has ended, not when a whole step has. The longest chain is ${count(chain.length, 'task')}: ${shown.join(' → ')}.`;
  return [...telling.lines, sentence(line)];
};
