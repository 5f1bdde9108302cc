import { maxSatisfying } from 'semver';
import { credentialsIn, type Credentials } from '../credential/index.js';
import type { CredentialUsers } from '../credential/ports/index.js';
import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';
import type { Storage } from '../persistence/index.js';

type Storages = Pick<
  Storage,
  'components' | 'webhooks' | 'subscriptions' | 'triggers' | 'schedules' | 'templates' | 'workflows'
>;

/** What is looked at in one go. */
const PAGE = 200;
/** Users that an error names. */
const SHOWN = 5;

interface Paging {
  readonly offset: number;
  readonly limit: number;
}

/** One after the other, however many pages they take. */
async function* everything<T>(
  page: (paging: Paging) => Promise<{ readonly items: readonly T[]; readonly total: number }>,
): AsyncGenerator<T> {
  for (let offset = 0; ; offset += PAGE) {
    const { items, total } = await page({ offset, limit: PAGE });
    yield* items;
    if (offset + PAGE >= total) return;
  }
}

const called = (kind: string, { name }: JsonObject): string => `the ${kind} ${typeof name === 'string' ? name : ''}`;

/** What `{credential}`, `{credentials: […]}` or `{credentials: {place: …}}` names. */
const namedIn = (said: Json | undefined): readonly Json[] => {
  if (!isJsonObject(said)) return [];
  const { credential = null, credentials = null } = said;
  return [credential, ...(typeof credentials === 'object' && credentials !== null ? Object.values(credentials) : [])];
};

interface Naming {
  /** The thing, in words. */
  readonly user: string;
  readonly names: readonly Json[];
}

async function* namings({ components, webhooks, subscriptions, triggers }: Storages): AsyncGenerator<Naming> {
  const naming = (kind: string, document: JsonObject, said: Json | undefined): Naming => ({
    user: called(kind, document),
    names: namedIn(said),
  });
  for (const { document } of await components.all()) yield naming('component', document, document.authentication);
  for await (const { document } of everything((paging) => webhooks.list(paging)))
    yield naming('webhook', document, document.auth);
  for (const { document } of await subscriptions.all()) yield naming('webhook', document, document.auth);
  for (const { document } of await triggers.all()) yield naming('trigger', document, document);
}

async function* ofIntegrations(storages: Storages, name: string): AsyncGenerator<string> {
  for await (const { user, names } of namings(storages)) if (names.includes(name)) yield user;
}

async function* ofTemplates({ templates }: Storages, name: string): AsyncGenerator<string> {
  const order = { sortBy: 'created_at', descending: false } as const;
  for await (const { id, name: template, version } of everything((paging) => templates.list({ ...order, ...paging }))) {
    const found = await templates.version(id, version);
    const definition = found?.content.definition;
    if (definition !== undefined && credentialsIn(definition).has(name)) yield `the template ${template}`;
  }
}

/** A schedule may start an older version than the current one. */
async function* ofSchedules({ schedules, workflows }: Storages, name: string): AsyncGenerator<string> {
  for await (const { spec } of everything((paging) => schedules.list(paging))) {
    if (spec.version === undefined) continue;
    const versions = await workflows.versions(spec.workflow);
    const wanted = maxSatisfying(
      versions.map(({ version }) => version),
      spec.version,
    );
    const definition = versions.find(({ version }) => version === wanted)?.definition;
    const document = definition === undefined ? undefined : await workflows.document(definition);
    if (document && credentialsIn(document).has(name)) yield `the schedule ${spec.name}`;
  }
}

async function* ofWorkflows({ workflows }: Storages, name: string): AsyncGenerator<string> {
  const order = { sortBy: 'created_at', descending: false } as const;
  for await (const workflow of everything((paging) => workflows.list({ ...order, ...paging }))) {
    const document = await workflows.document(workflow.definition);
    if (document && credentialsIn(document).has(name)) yield workflow.name;
  }
}

/** Who would miss a credential. Everything that may name one is read: a credential is seldom deleted. */
export const credentialUsers = (storage: Storages): CredentialUsers => ({
  usedBy: async (name) => {
    const found: string[] = [];
    for (const users of [ofIntegrations, ofSchedules, ofTemplates, ofWorkflows])
      for await (const user of users(storage, name)) {
        found.push(user);
        if (found.length === SHOWN) return found;
      }
    return found;
  },
});

/** Belongs to a webhook or to a component. */
const OWN = /^(?:webhook|component):/;

/**
 * Forgets the secrets of webhooks and components that none of them names: a crash came between the secret and the document,
 * and nobody could delete them otherwise.
 */
export const forgetStrays = async (credentials: Credentials, storage: Storages): Promise<void> => {
  const { items } = credentials.list({ managed: true, offset: 0, limit: Infinity });
  const own = items.map(({ name }) => name).filter((name) => OWN.test(name));
  if (own.length === 0) return;
  const named = new Set<Json>();
  for await (const { names } of namings(storage)) for (const name of names) named.add(name);
  for (const name of own) if (!named.has(name)) await credentials.remove(name);
};
