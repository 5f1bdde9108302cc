import { isJsonObject, pointer, type Json, type JsonObject, type JsonPointer } from '../kernel/index.js';
import { tasksByPattern } from '../engine/core/index.js';

/** Fields by which time, order or a crash decides what an execution comes to. */
const DECIDING: ReadonlySet<string> = new Set([
  ...['max_elapsed', 'fail_fast', 'on_lost', 'within', 'race', 'event', 'approval', 'webhook'],
  ...['tolerate', 'wait', 'budget'],
]);

const CLOCK = /\$\{[^]*\bnow\(\)/;

const decides = (field: string, value: Json): boolean => {
  if (field === 'join') return value !== 'all';
  if (field === 'fail_fast') return value === true;
  if (field === 'on_lost') return value === 'fail';
  if (field === 'wait') return isJsonObject(value); // else it is how a sub-workflow is run
  return DECIDING.has(field);
};

/**
 * Where a workflow says that its result may depend on time or order: `join: any`, a race, `now()`. Without any, and
 * as long as no timeout is met, its result is the same whatever the order of things, and whatever crashes in between.
 * Errs on the side of yes.
 */
export const orderDependence = (document: JsonObject): readonly JsonPointer[] => {
  const found: JsonPointer[] = [];
  const look = (value: Json, where: JsonPointer): void => {
    if (typeof value === 'string' && CLOCK.test(value)) found.push(where);
    if (Array.isArray(value)) value.forEach((inner: Json, index) => look(inner, pointer(where, String(index))));
    if (!isJsonObject(value)) return;
    for (const [field, inner] of Object.entries(value)) {
      const here = pointer(where, field);
      const isSetting = !where.endsWith('/tasks') && !where.includes('/input');
      if (isSetting && decides(field, inner)) found.push(here);
      else if (field !== 'input_schema' && field !== 'output_schema' && field !== 'metadata') look(inner, here);
    }
  };
  look(document, '');
  return found;
};

/** Whether results of a workflow can be compared with those of undisturbed schedules. */
export const comparingFor = (document: JsonObject): 'unless-timed-out' | 'unless-failed' | 'never' => {
  if (orderDependence(document).length > 0) return 'never';
  // An item that fails cancels the others: which of them had ended by then depends on the order.
  return [...tasksByPattern(document).values()].some(({ map }) => map !== undefined)
    ? 'unless-failed'
    : 'unless-timed-out';
};
