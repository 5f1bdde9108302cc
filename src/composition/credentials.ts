import { join } from 'node:path';
import type { Config } from '../config/index.js';
import {
  Credentials,
  givenKeyFile,
  givenKeys,
  ownKeyFile,
  type KeySource,
  type RotationReport,
} from '../credential/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import type { Storage } from '../persistence/index.js';
import { openData } from './operation/open-data.js';
import { credentialUsers, forgetStrays } from './credential-users.js';

const keySource = ({ credentials: { keys, keyFile }, dataDirectory }: Config): KeySource => {
  if (keys.length > 0) return givenKeys(keys, 'HARMONIA_CREDENTIALS_KEY');
  return keyFile === undefined ? ownKeyFile(join(dataDirectory, 'credentials.key')) : givenKeyFile(keyFile);
};

export interface CredentialSurroundings {
  readonly config: Config;
  readonly storage: Storage;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Credentials over a storage. Closes it when they cannot be opened. */
export const openCredentials = async ({ config, storage, onTrouble }: CredentialSurroundings): Promise<Credentials> => {
  try {
    const credentials = await Credentials.open({
      store: storage.credentials,
      keys: keySource(config),
      users: credentialUsers(storage),
      clock: systemTimers,
      secrets: config.secrets,
      hidden: config.credentials.keys,
      onTrouble,
    });
    await sweep(credentials, { storage, onTrouble });
    return credentials;
  } catch (error) {
    await storage.close();
    throw error;
  }
};

/** What a crash has left without an owner. The next start does it when this one cannot. */
const sweep = async (
  credentials: Credentials,
  { storage, onTrouble }: Omit<CredentialSurroundings, 'config'>,
): Promise<void> => {
  try {
    await forgetStrays(credentials, storage);
  } catch (error) {
    onTrouble('Credentials that nobody owns are not yet removed', error);
  }
};

/** Rotates the credentials of a data directory that no other process works on: `storage_locked` otherwise. */
export const rotateCredentials = async (
  surroundings: Omit<CredentialSurroundings, 'storage'>,
): Promise<RotationReport> => {
  const storage = await openData(surroundings.config);
  const credentials = await openCredentials({ ...surroundings, storage });
  try {
    return await credentials.rotate();
  } finally {
    await storage.close();
  }
};
