import type { CompiledTask, CompiledWorkflow, Surroundings } from '../../../engine/core/index.js';
import { COMPONENT_TASK_TYPE } from '../../../engine/core/index.js';
import type { JsonObject, Warning } from '../../../kernel/index.js';
import { tasksOf, type IndexedTask } from '../../assistants/task-index.js';
import type { CandidateFlag } from '../../ports/index.js';
import type { CandidateObjection } from './objection.js';

/** Task types that run what is written in the definition. */
const RUNS_CODE = /^script\//;

/** Which types and components may be used. */
export interface Restriction {
  readonly types: ReadonlySet<string> | undefined;
  readonly components: ReadonlySet<string> | undefined;
}

/** The component that a task calls; undefined: none, or it is worked out at the call. */
export const componentOf = ({ work }: CompiledTask): string | undefined => {
  if (work.is !== 'task' || work.type !== COMPONENT_TASK_TYPE) return undefined;
  const { input } = work;
  const found =
    input.is === 'constant'
      ? (input.value as JsonObject).component
      : input.is === 'object'
        ? input.entries.flatMap(([key, entry]) =>
            key === 'component' && entry.is === 'constant' ? [entry.value] : [],
          )[0]
        : undefined;
  return typeof found === 'string' ? found : undefined;
};

/** The first task that is of a type, or calls a component, that was not allowed. */
export const notAllowed = (
  compiled: CompiledWorkflow,
  { types, components }: Restriction,
): CandidateObjection | undefined => {
  for (const { pattern, task } of tasksOf(compiled).values()) {
    if (task.work.is !== 'task') continue;
    const { type } = task.work;
    const refuse = (reason: string, detail: string): CandidateObjection => ({
      ...{ gate: 'referents', reason, detail: `${pattern}: ${detail}` },
    });
    if (type !== COMPONENT_TASK_TYPE && types && !types.has(type))
      return refuse('type_not_allowed', `the type ${type} is none of those that were asked for`);
    if (type !== COMPONENT_TASK_TYPE || !components) continue;
    const component = componentOf(task);
    if (component === undefined || !components.has(component))
      return refuse('component_not_allowed', `${component ?? 'what it calls'} is none of the components asked for`);
  }
  return undefined;
};

const flag = (code: CandidateFlag['code'], pointer: string, detail: string): CandidateFlag => ({
  ...{ code, detail, pointer },
});

const ofTask = (
  { pattern, task }: IndexedTask,
  { components, baseOf }: { components: Surroundings['components']; baseOf: (name: string) => string | undefined },
): readonly CandidateFlag[] => {
  if (task.work.is !== 'task') return [];
  if (RUNS_CODE.test(task.work.type))
    return [flag('runs_code', pattern, `runs code of the definition (${task.work.type})`)];
  const component = componentOf(task);
  const isStrange =
    component !== undefined && components?.paramsOf(component) === undefined && baseOf(component) === undefined;
  return isStrange ? [flag('component_unknown', pattern, `nobody knows a component ${component}`)] : [];
};

interface Named {
  readonly name: string;
  readonly tasks: readonly string[];
}

const ofCredentials = (plan: JsonObject, { credentials }: Surroundings): readonly CandidateFlag[] =>
  (['credentials', 'secrets'] as const).flatMap((kind) =>
    (plan[kind] as unknown as readonly Named[])
      .filter(({ name }) => credentials && credentials.typeOf(name) === undefined)
      .map(({ name, tasks }) => flag('credential_unknown', tasks[0] ?? '', `there is no credential ${name}`)),
  );

/** Where a request goes is known only when it runs. */
const ofOpenAddresses = (plan: JsonObject): readonly CandidateFlag[] =>
  (plan.hosts as unknown as readonly (Named & { host: string; from: string })[])
    .filter(({ from }) => from === 'manifest')
    .flatMap(({ host, tasks }) =>
      tasks.map((task) => flag('address_open', task, `may reach ${host === '*' ? 'any host' : host}`)),
    );

const ofChanges = (plan: JsonObject): readonly CandidateFlag[] =>
  (plan.effects as unknown as { irreversible: readonly string[] }).irreversible.map((task) =>
    flag('changes_something', task, 'changes something that nothing undoes'),
  );

/** What a person should look at before this is run. */
export const flagsOf = (
  about: { readonly compiled: CompiledWorkflow; readonly plan: JsonObject; readonly warnings: readonly Warning[] },
  { surroundings, baseOf }: { surroundings: Surroundings; baseOf: (component: string) => string | undefined },
): readonly CandidateFlag[] => {
  const { compiled, plan, warnings } = about;
  const { components } = surroundings;
  return [
    ...[...tasksOf(compiled).values()].flatMap((task) => ofTask(task, { components, baseOf })),
    ...ofCredentials(plan, surroundings),
    ...ofOpenAddresses(plan),
    ...ofChanges(plan),
    ...warnings.map(({ pointer, message }) => flag('warning', pointer, message)),
  ];
};

/** `high`: it runs code, or a model lets it go where nobody knows; `low`: it changes nothing and reaches nothing. */
export const riskOf = (
  flags: readonly CandidateFlag[],
  plan: JsonObject,
  isModels: boolean,
): 'low' | 'medium' | 'high' => {
  const codes = new Set(flags.map(({ code }) => code));
  if (codes.has('runs_code') || (isModels && codes.has('address_open'))) return 'high';
  const reaches = (plan.hosts as readonly unknown[]).length > 0;
  return reaches || codes.has('changes_something') || codes.has('credential_unknown') ? 'medium' : 'low';
};
