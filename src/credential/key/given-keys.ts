import { HarmoniaError } from '../../kernel/index.js';
import type { KeySource } from './key-source.js';
import { readKeyFile } from './key-file.js';
import type { KeyTexts } from './key-ring.js';

const renewed = (keys: KeyTexts, source: string): KeyTexts => {
  if (keys.length < 2) throw new HarmoniaError('credential_key_given', { source });
  return keys;
};

/** Keys from a setting. Whoever sets it puts a newer one in front. */
export const givenKeys = (keys: KeyTexts, setting: string): KeySource => ({
  load: () => keys,
  renew: () => renewed(keys, setting),
  retire: () => undefined,
});

/** Keys from a file of somebody else: it is read anew for each rotation and never written. */
export const givenKeyFile = (path: string): KeySource => {
  const load = (): KeyTexts => {
    const keys = readKeyFile(path);
    if (keys) return keys;
    throw new HarmoniaError('credential_key_unusable', { reason: `there is no file ${path}` });
  };
  return { load, renew: () => renewed(load(), path), retire: () => undefined };
};
