import { isJsonObject, type Json } from '../../../kernel/index.js';
import { statePath, type Writer } from './variables.js';
import { TaskWords, type Said } from '../task-words.js';
import type { ForeignTask } from '../translation.js';

const FIELD = /^[A-Za-z_]\w{0,127}(?:\.[A-Za-z_]\w{0,127}){0,15}$/;

/** What a task sets: `outputs` (field → variable, or names that are both), or the variable whose change it waits for. */
export const writersOf = (task: ForeignTask, id: string, position: number): readonly Writer[] => {
  const root = `tasks.${id}.output`;
  const { outputs, type } = task.body;
  const set = (Array.isArray(outputs) ? namesIn(outputs as Json[]) : entriesIn(outputs)).flatMap(
    ([field, variable]) => {
      const path = statePath(variable);
      return path && FIELD.test(field) ? [{ path, root, below: field.split('.'), position }] : [];
    },
  );
  if (type !== 'wait') return set;
  const words = new TaskWords(task);
  words.hold('wait_for');
  const [variable] = statePath(changeOf(words)?.value) ?? [];
  return variable === undefined ? set : [...set, { path: [variable], root, below: [], position }];
};

const namesIn = (list: readonly Json[]): readonly (readonly [string, Json])[] =>
  list.filter((name) => typeof name === 'string').map((name) => [name, name] as const);

const entriesIn = (outputs: Json | undefined): readonly (readonly [string, Json])[] =>
  isJsonObject(outputs) ? Object.entries(outputs) : [];

/** The change of state that a wait waits for. */
export const changeOf = (words: TaskWords): Said | undefined =>
  words.setting('state_change') ?? (statePath(words.peek('wait_for')) ? words.take('wait_for') : undefined);
