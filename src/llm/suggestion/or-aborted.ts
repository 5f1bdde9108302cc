/** Undefined: it took too long. One that goes on all the same is not waited for. */
export const orAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
  // Of what nobody waits for any more, nobody else may hear that it failed.
  work.catch(() => undefined);
  if (signal.aborted) return undefined;
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // One signal serves a whole request, however much is said in it.
    signal.removeEventListener('abort', onAbort);
  }
};
