/** Why there can be no certification, in words for the author. */
export class CannotCertify extends Error {
  override readonly name = 'CannotCertify';
}

/** What somebody else's code does, for so many ms at most. What it throws is a reason. */
export const within = async <T>(what: string, limit: number, work: () => T | Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CannotCertify(`${what} did not end within ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), late]);
  } catch (error) {
    if (error instanceof CannotCertify) throw error;
    throw new CannotCertify(`${what} threw: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    clearTimeout(timer);
  }
};
