import { join } from 'node:path';
import type { Config } from '../config/index.js';
import {
  Credentials,
  credentialsIn,
  givenKeyFile,
  givenKeys,
  ownKeyFile,
  type KeySource,
  type RotationReport,
} from '../credential/index.js';
import type { CredentialUsers } from '../credential/ports/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { isJsonObject } from '../kernel/index.js';
import { openStorage, type Storage } from '../persistence/index.js';
import { ownedCredentials } from './owned-credentials.js';

const keySource = ({ credentials: { keys, keyFile }, dataDirectory }: Config): KeySource => {
  if (keys.length > 0) return givenKeys(keys, 'HARMONIA_CREDENTIALS_KEY');
  return keyFile === undefined ? ownKeyFile(join(dataDirectory, 'credentials.key')) : givenKeyFile(keyFile);
};

/** Workflows that are looked at in one go. */
const PAGE = 200;
/** Workflows and components that an error names. */
const SHOWN = 5;

const componentsThatUse = async ({ components }: Storage, name: string): Promise<readonly string[]> =>
  (await components.all()).flatMap(({ key, document: { authentication } }) =>
    isJsonObject(authentication) && authentication.credential === name ? [`the component ${key}`] : [],
  );

/** The current versions of all workflows are read: a credential is seldom deleted. */
const usersOf = (storage: Storage): CredentialUsers => ({
  usedBy: async (name) => {
    const { workflows } = storage;
    const users = [...(await componentsThatUse(storage, name))].slice(0, SHOWN);
    for (let offset = 0; ; offset += PAGE) {
      const page = await workflows.list({ sortBy: 'created_at', descending: false, offset, limit: PAGE });
      for (const workflow of page.items) {
        const document = await workflows.document(workflow.definition);
        if (document && credentialsIn(document).has(name)) users.push(workflow.name);
        if (users.length >= SHOWN) return users;
      }
      if (offset + PAGE >= page.total) return users;
    }
  },
});

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
      users: usersOf(storage),
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
    await credentials.sweep(await ownedCredentials(storage));
  } catch (error) {
    onTrouble('Credentials that nobody owns are not yet removed', error);
  }
};

/** Rotates the credentials of a data directory that no other process works on: `storage_locked` otherwise. */
export const rotateCredentials = async (
  surroundings: Omit<CredentialSurroundings, 'storage'>,
): Promise<RotationReport> => {
  const storage = await openStorage(surroundings.config.dataDirectory);
  const credentials = await openCredentials({ ...surroundings, storage });
  try {
    return await credentials.rotate();
  } finally {
    await storage.close();
  }
};
