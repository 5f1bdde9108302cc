import type { OwnedCredentials } from '../credential/index.js';
import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';
import type { Storage } from '../persistence/index.js';

/** Documents that are read in one go. */
const PAGE = 200;

type Pages = (page: { readonly offset: number; readonly limit: number }) => Promise<{
  readonly items: readonly { readonly document: JsonObject }[];
}>;

const documentsIn = async (pages: Pages): Promise<readonly JsonObject[]> => {
  const documents: JsonObject[] = [];
  for (;;) {
    const { items } = await pages({ offset: documents.length, limit: PAGE });
    documents.push(...items.map(({ document }) => document));
    if (items.length < PAGE) return documents;
  }
};

const textsOf = (value: Json | undefined): readonly string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string');

/** The credentials that webhooks of both directions and components name, as their documents are kept. */
export const ownedCredentials = async (
  storage: Pick<Storage, 'webhooks' | 'subscriptions' | 'components'>,
): Promise<OwnedCredentials> => {
  const { webhooks, subscriptions, components } = storage;
  const documents = [
    ...(await documentsIn((page) => webhooks.list(page))),
    ...(await subscriptions.all()).map(({ document }) => document),
    ...(await components.all()).map(({ document }) => document),
  ];
  const named = documents.flatMap(({ auth, authentication }) => [
    ...(isJsonObject(auth) ? textsOf(auth.credentials) : []),
    ...(isJsonObject(authentication) ? textsOf(authentication.credential) : []),
  ]);
  return { prefixes: ['webhook:', 'component:'], named: new Set(named) };
};
