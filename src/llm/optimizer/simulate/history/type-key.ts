import { COMPONENT_TASK_TYPE, type Template, type Work } from '../../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../../kernel/index.js';

/*
 * What tasks have in common that are of one type: `http/request`, `tekton/action:athena/query`, `workflow:audit`,
 * `approval`. A component's action is a type of its own, since each takes its own time.
 */

const componentKey = (component: Json | undefined, action: Json | undefined): string =>
  typeof component === 'string' && typeof action === 'string' && !`${component}${action}`.includes('${')
    ? `${COMPONENT_TASK_TYPE}:${component}/${action}`
    : COMPONENT_TASK_TYPE;

const WAITS = ['wait', 'event', 'approval', 'webhook'];

/** Of a task as it is written in a canonical document; undefined for a construct and for a switch. */
export const typeKeyOf = (task: JsonObject): string | undefined => {
  const { type, component, action, input, workflow } = task;
  if (component !== undefined) return componentKey(component, action);
  if (type === COMPONENT_TASK_TYPE) return isJsonObject(input) ? componentKey(input.component, input.action) : type;
  if (typeof type === 'string') return type;
  if (isJsonObject(workflow)) return typeof workflow.name === 'string' ? `workflow:${workflow.name}` : undefined;
  return WAITS.find((word) => task[word] !== undefined);
};

const constantAt = (template: Template, field: string): Json | undefined => {
  if (template.is === 'constant') return isJsonObject(template.value) ? template.value[field] : undefined;
  const entry = template.is === 'object' ? template.entries.find(([name]) => name === field)?.[1] : undefined;
  return entry?.is === 'constant' ? entry.value : undefined;
};

/** The component that a task calls, when it is known before the task runs. */
export const componentOf = (work: Work): string | undefined => {
  if (work.is !== 'task' || work.type !== COMPONENT_TASK_TYPE) return undefined;
  const component = constantAt(work.input, 'component');
  return typeof component === 'string' ? component : undefined;
};

/** As `typeKeyOf`, of a compiled task. */
export const typeKeyOfWork = (work: Work): string | undefined => {
  switch (work.is) {
    case 'task':
      if (work.type !== COMPONENT_TASK_TYPE) return work.type;
      return componentKey(constantAt(work.input, 'component'), constantAt(work.input, 'action'));
    case 'workflow':
      return `workflow:${work.name}`;
    case 'wait':
    case 'event':
    case 'approval':
    case 'webhook':
      return work.is;
    default:
      return undefined;
  }
};
