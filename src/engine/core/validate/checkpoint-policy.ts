import { fault } from '../../../kernel/index.js';
import type { CheckpointPolicy } from '../definition.js';
import { EFFECTS, type Effects } from '../task-type.js';
import type { FieldReader } from './field-reader.js';

const MOST_TASKS = 1_000_000;
const YEAR_SECONDS = 31_536_000;
const FIELDS = ['every_tasks', 'every_seconds', 'before'];

/** `checkpoints` of a workflow. */
export const readCheckpoints = (reader: FieldReader): CheckpointPolicy | undefined => {
  const object = reader.record('checkpoints');
  if (!object) return undefined;
  const fields = reader.below(object, 'checkpoints');
  fields.refuseUnknown(FIELDS);
  if (!FIELDS.some((field) => fields.has(field))) {
    fields.report(fault('wrong_type', fields.where, { expected: `an object with ${FIELDS.join(', ')}` }));
  }
  const before = fields.texts('before') ?? [];
  for (const [index, effects] of before.entries()) {
    if (isEffects(effects)) continue;
    fields.report(fault('wrong_type', fields.at('before', index), { expected: `one of ${EFFECTS.join(', ')}` }));
  }
  const seconds = fields.number('every_seconds', { min: 1, max: YEAR_SECONDS });
  return {
    everyTasks: fields.number('every_tasks', { min: 1, max: MOST_TASKS, integer: true }),
    every: seconds === undefined ? undefined : seconds * 1000,
    before: new Set(before.filter(isEffects)),
  };
};

const isEffects = (text: string): text is Effects => EFFECTS.some((one) => one === text);
