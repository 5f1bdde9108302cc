import { transient, type TaskContext } from '@tekton/harmonia/plugin';

/** Gives a piece of work so many seconds; absent: as long as the attempt may take. `signal` is for its requests. */
export const within = async <T>(
  seconds: number | undefined,
  context: Pick<TaskContext, 'signal'>,
  work: (more: { readonly signal?: AbortSignal }) => Promise<T>,
): Promise<T> => {
  if (seconds === undefined) return work({});
  const signal = AbortSignal.timeout(Math.ceil(seconds * 1000));
  try {
    return await work({ signal });
  } catch (error) {
    if (signal.aborted && !context.signal.aborted)
      throw transient('timeout', `The exchange took longer than ${seconds} s.`);
    throw error;
  }
};
