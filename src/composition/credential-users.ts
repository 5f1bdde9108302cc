import { maxSatisfying } from 'semver';
import { credentialsIn } from '../credential/index.js';
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

/** Whether `{credential}`, `{credentials: […]}` or `{credentials: {place: …}}` names it. */
const names = (said: Json | undefined, name: string): boolean => {
  if (!isJsonObject(said)) return false;
  const { credential = null, credentials = null } = said;
  const all = typeof credentials === 'object' && credentials !== null ? Object.values(credentials) : [];
  return [credential, ...all].includes(name);
};

async function* ofIntegrations(
  { components, webhooks, subscriptions, triggers }: Storages,
  name: string,
): AsyncGenerator<string> {
  for (const { document } of await components.all())
    if (names(document.authentication, name)) yield called('component', document);
  for await (const { document } of everything((paging) => webhooks.list(paging)))
    if (names(document.auth, name)) yield called('webhook', document);
  for (const { document } of await subscriptions.all())
    if (names(document.auth, name)) yield called('webhook', document);
  for (const { document } of await triggers.all()) if (names(document, name)) yield called('trigger', document);
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
