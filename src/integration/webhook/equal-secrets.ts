import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** Compares in a time that says nothing about where they differ, nor how long they are. */
export const equalSecrets = (given: Uint8Array | string, expected: Uint8Array | string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

/** Whether any given one is any expected one. Looks at all of them. */
export const anyEqual = (
  given: readonly (Uint8Array | string)[],
  expected: readonly (Uint8Array | string)[],
): boolean => {
  let found = false;
  for (const one of given) for (const other of expected) found = equalSecrets(one, other) || found;
  return found;
};
