import { maskingOf, type Masking } from '../plugin/host/index.js';
import type { SecretSource } from '../plugin/ports/index.js';

/** Masks every secret of today, those that belong to features too. Compiled anew when there are others. */
export const currentMasking = (secrets: Pick<SecretSource, 'revision' | 'values'>): (() => Masking) => {
  let known: { readonly revision: number; readonly masking: Masking } | undefined;
  return () => {
    // Credentials come and go while the service runs.
    if (known?.revision !== secrets.revision)
      known = { revision: secrets.revision, masking: maskingOf(secrets.values()) };
    return known.masking;
  };
};
