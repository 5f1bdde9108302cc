import {
  allSteps,
  findStep,
  isTerminalStep,
  reexecute,
  type InPlace,
  type Operation,
  type ReexecutionPlan,
  type RunState,
  type Step,
} from '../../../src/engine/core/index.js';
import { expectFates, fateOf, mustEqual } from './fates.js';
import { mustCompile } from '../core-world.js';
import { isInside } from './plain-history.js';
import { PlainRun, type PlainRunOptions, type Stop } from './plain-run.js';
import { checkPlan, type Planned } from './plan-rules.js';
import { documentOf, type PlainWorkflow } from './plain-workflow.js';

/* Operations on executions with a history: what was planned is what is done, and nothing else (semantics 23). */

type IntoNew = Extract<Operation, { at?: number }>;

/** An execution of a workflow of the small language. */
export interface Execution {
  readonly run: PlainRun;
  readonly workflow: PlainWorkflow;
}

/** What is to be done; numbers choose among what there is. */
export interface Asked {
  readonly is: Operation['is'];
  readonly where: number;
  /** Of a fork. */
  readonly otherInput: boolean;
  readonly otherVersion: boolean;
  readonly stop: { readonly after: number; readonly how: Stop } | undefined;
}

const stepsOf = ({ state }: { readonly state: RunState }): Step[] =>
  [...allSteps(state)].filter(({ undoes }) => !undoes);

const operationOf = (run: PlainRun, { is, where }: Asked): Operation => {
  const steps = stepsOf(run);
  const step = steps[where % steps.length]?.address ?? '/none';
  const at = 1 + (where % run.events.length);
  if (is === 'rerun_from' || is === 'skip') return { is, step };
  return is === 'fork' || is === 'restore' ? { is, at } : { is };
};

/** Carries it out and runs to the end; refused, it changes nothing. Answers the execution that there is then. */
export const carryOut = (execution: Execution, asked: Asked): Execution => {
  const { run } = execution;
  const operation = operationOf(run, asked);
  if (operation.is === 'fork' || operation.is === 'restore') return carryOver(execution, asked, operation);
  const before = run.snapshot;
  const planned = reexecute(run.options.compiled, journalOf(run), operation);
  mustEqual('the state', run.snapshot, before);
  if (!planned.ok) {
    mustEqual('the answer', run.reopen(operation), 'conflict');
    mustEqual('the state', run.snapshot, before);
    return execution;
  }
  reopen(execution, operation, planned.value.plan, asked.stop);
  return execution;
};

const journalOf = ({ events }: PlainRun) => events.map((event, index) => ({ seq: index + 1, event }));

/** Runs to the end, unless somebody ends it before, and looks at what came of it. */
export const runOn = ({ run, workflow }: Execution, stop: Asked['stop']): void => {
  if (stop) run.run(stop.after).stop(stop.how);
  run.run();
  run.mustFoldUp();
  expectFates(run, workflow);
};

const reopen = (execution: Execution, operation: InPlace, plan: ReexecutionPlan, stop: Asked['stop']): void => {
  const { run } = execution;
  const before = new Map(
    stepsOf(run).map((step) => [step.address, { generation: step.generation, fate: fateOf(step) }]),
  );
  const fates = new Map([...before].map(([address, { fate }]) => [address, fate]));
  checkPlan({ workflow: execution.workflow, events: run.events, operation, plan, fates });
  const begun = run.begun.length;
  const kept = new Map(plan.kept.map(({ step, reason }) => [step, reason]));
  const reset = new Set(plan.reset.map(({ step }) => step));
  // Each step that there was is either kept or reset, and told once.
  const told = [...plan.kept, ...plan.reset].map(({ step }) => step).sort();
  mustEqual('what the plan tells of', told, [...before.keys()].sort());
  for (const { step } of plan.created) mustEqual(`${step} is there`, hasSteps(before.keys(), step), false);
  mustEqual('the answer', run.reopen(operation), 'accepted');
  runOn(execution, stop);
  for (const entry of run.begun.slice(begun)) {
    const [address = ''] = entry.split(' ');
    if (!address.endsWith('!compensate')) mustEqual(`${address} begins, and is kept as`, kept.get(address), undefined);
  }
  for (const [address, reason] of kept) {
    const step = findStep(run.state, address);
    mustEqual(`the generation of ${address}`, step?.generation, before.get(address)?.generation);
    if (reason !== 'continued') mustEqual(address, fateOf(step as Step), before.get(address)?.fate);
  }
  for (const address of reset) {
    const step = findStep(run.state, address);
    const isLater = !step || step.generation > (before.get(address)?.generation ?? 0);
    mustEqual(`a later generation of ${address}`, isLater, true);
  }
};

const hasSteps = (addresses: Iterable<string>, body: string): boolean =>
  [...addresses].some((address) => isInside(address, body));

/** A new execution of what had ended at a place of the journal. */
const carryOver = ({ run, workflow }: Execution, asked: Asked, operation: IntoNew): Execution => {
  const { otherInput, otherVersion, where, stop } = asked;
  const isFork = operation.is === 'fork';
  const yes = run.options.yes !== (isFork && otherInput);
  const other = isFork && otherVersion ? alter(workflow, where) : workflow;
  const compiled = other === workflow ? run.options.compiled : mustCompile(documentOf(other));
  const changed = { ...(otherInput && { input: { yes } }), ...(other !== workflow && { compiled }) };
  const planned = reexecute(run.options.compiled, journalOf(run), isFork ? { ...operation, ...changed } : operation);
  if (!planned.ok || planned.value.is !== 'carry') throw new Error('nothing to carry over');
  const { plan, carried } = planned.value;
  expectLawful({ run, workflow }, { plan, operation, carried, other, otherInput: isFork && otherInput });
  const number = (run.options.number ?? 1) + 1;
  const options: PlainRunOptions = { ...run.options, compiled, yes, number, carried };
  const next = { run: new PlainRun(options), workflow: other };
  runOn(next, stop);
  expectCarried(run, next.run, { plan, at: operation.at ?? run.events.length });
  return next;
};

const expectLawful = (
  { run, workflow }: Execution,
  planned: Pick<Planned, 'plan' | 'carried' | 'other' | 'otherInput'> & { readonly operation: IntoNew },
): void => {
  const at = planned.operation.at ?? run.events.length;
  const fates = new Map(
    stepsOf(run.at(at)).map((step) => [step.address, isTerminalStep(step.state) ? fateOf(step) : undefined]),
  );
  checkPlan({ workflow, events: run.events.slice(0, at), fates, ...planned });
};

interface Carried {
  readonly plan: ReexecutionPlan;
  readonly at: number;
}

const expectCarried = (before: PlainRun, after: PlainRun, { plan, at }: Carried): void => {
  const then = before.at(at);
  const kept = new Map(plan.kept.map(({ step, reason }) => [step, reason]));
  const reset = new Set(plan.reset.map(({ step }) => step));
  for (const address of reset) mustEqual(`${address} is reset, and kept as`, kept.get(address), undefined);
  for (const step of stepsOf(then)) {
    const { address } = step;
    const isIn = [...kept].some(([around, reason]) => reason !== 'continued' && isInside(address, around));
    if (kept.has(address) || reset.has(address) || isIn) continue;
    mustEqual(`${address} had begun, and the plan is silent`, then.hasBegun(address), false);
  }
  for (const entry of after.begun) {
    const [address = ''] = entry.split(' ');
    if (!address.endsWith('!compensate')) mustEqual(`${address} begins, and is kept as`, kept.get(address), undefined);
  }
  for (const [address, reason] of kept) {
    const [was, is] = [findStep(then.state, address), findStep(after.state, address)];
    if (!is || !was || !isTerminalStep(was.state) || reason === 'continued') continue;
    if ([...after.history.keptItems.keys()].some((item) => isInside(address, item))) continue; // taken over whole
    mustEqual(address, fateOf(is), fateOf(was));
  }
};

/** Another version: one of the tasks is another one, and there is one more. */
const alter = (workflow: PlainWorkflow, where: number): PlainWorkflow => {
  const { body } = workflow;
  const index = where % body.length;
  const work = { is: 'task' as const, reads: false, readsInput: true, retries: 2, undone: false };
  const altered = body.map((task, at) => (at === index ? { ...task, work } : task));
  const more = {
    id: `more${body.length}`,
    needs: [body[0]?.id ?? ''],
    join: 'all' as const,
    when: true,
    handlers: [],
    work,
  };
  return { ...workflow, body: [...altered, more] };
};
