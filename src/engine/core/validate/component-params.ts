import { fault, isJsonObject, ownValue, type Json, type JsonObject } from '../../../kernel/index.js';
import type { Work } from '../definition.js';
import { schemaFaults, type SchemaChecker } from '../schema-checker.js';
import type { ComponentDirectory } from '../task-type.js';
import type { TaskDraft } from './task-draft.js';
import { COMPONENT_TASK_TYPE } from './work-draft.js';

/** A constant of an input, wherever constants can stand. */
const constantIn = (work: Work & { is: 'task' }, name: string): Json | undefined => {
  const { input } = work;
  if (input.is === 'constant') return isJsonObject(input.value) ? ownValue<Json>(input.value, name) : undefined;
  const part = input.is === 'object' ? input.entries.find(([field]) => field === name)?.[1] : undefined;
  return part?.is === 'constant' ? part.value : undefined;
};

/** The schema of the params of a call, when its component is registered and its action is there. */
export const paramsWanted = (work: Work, components: ComponentDirectory | undefined): JsonObject | undefined => {
  if (work.is !== 'task' || work.type !== COMPONENT_TASK_TYPE || !components) return undefined;
  const [component, action] = [constantIn(work, 'component'), constantIn(work, 'action')];
  if (typeof component !== 'string' || typeof action !== 'string') return undefined;
  return components.paramsOf(component)?.get(action);
};

/** A call of a registered component must name an action that it has, and constant params must fit it. */
export const checkComponent = (
  { reader }: TaskDraft,
  work: Work | undefined,
  { components, schemas }: { readonly components?: ComponentDirectory; readonly schemas: SchemaChecker },
): void => {
  if (work?.is !== 'task' || work.type !== COMPONENT_TASK_TYPE || !components) return;
  const [component, action] = [constantIn(work, 'component'), constantIn(work, 'action')];
  if (typeof component !== 'string' || typeof action !== 'string') return;
  const actions = components.paramsOf(component);
  if (!actions) return; // it may be there when the workflow runs
  const isShort = reader.has('component');
  const schema = actions.get(action);
  if (!schema) {
    const where = isShort ? reader.at('action') : reader.at('input', 'action');
    return reader.report(fault('action_not_found', where, { component, action }));
  }
  const params = work.input.is === 'constant' ? (constantIn(work, 'params') ?? {}) : undefined;
  const checked = schemas.compile(schema);
  if (params === undefined || !checked.ok) return;
  const where = isShort ? reader.at('input') : reader.at('input', 'params');
  for (const found of schemaFaults(checked.value.check(params), where)) reader.report(found);
};
