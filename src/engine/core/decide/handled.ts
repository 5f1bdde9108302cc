import type { CompiledScope, CompiledTask, Remedy } from '../definition.js';
import type { Handled } from '../event.js';
import type { Failure } from '../failure.js';

/** What a task's `on_error` makes of a failure; undefined: nobody handles it (semantics 10). */
export const handledBy = (
  task: CompiledTask,
  scope: CompiledScope,
  { kind, code }: Pick<Failure, 'kind' | 'code'>,
): Handled | undefined => {
  const handler = task.onError.find(({ classes }) => !classes || classes.has(kind) || classes.has(code));
  return handler && handledAs(scope, handler.remedy);
};

/** All that failures of a task may come to: what its handlers say, and `undefined` unless one of them handles all. */
export const remediesOf = ({ onError }: CompiledTask, scope: CompiledScope): readonly (Handled | undefined)[] => {
  const last = onError.findIndex(({ classes }) => !classes);
  const heard = last < 0 ? onError : onError.slice(0, last + 1);
  return [...heard.map(({ remedy }) => handledAs(scope, remedy)), ...(last < 0 ? [undefined] : [])];
};

const handledAs = ({ tasks }: CompiledScope, remedy: Remedy): Handled | undefined => {
  if (remedy.is === 'fail') return undefined;
  if (remedy.is === 'continue') return 'continue';
  return { goto: (tasks[remedy.target] as CompiledTask).id };
};
