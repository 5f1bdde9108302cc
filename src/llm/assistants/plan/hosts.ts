import { MOST_INPUTS, type Forecast, type KnownField, type KnownInput } from '../../../engine/core/index.js';
import type { Whereabouts } from '../../ports/index.js';
import type { IndexedTask } from '../task-index.js';

/** A host that a task may reach. */
export interface TouchedHost {
  /** `api.example.com`, `api.example.com:8443`, `*.example.com`; `*`: any. */
  readonly host: string;
  /**
   * How that is known. `input`: its URL; `manifest`: all that its plugin may reach; `component`: where the component is;
   * `workflow`: it runs another one, of which that is not known.
   */
  readonly from: 'input' | 'manifest' | 'component' | 'workflow';
}

/** Fields of inputs that hold the address that is called. */
const ADDRESS_FIELDS = ['url', 'endpoint', 'server_url', 'base_url'] as const;
const COMPONENT_TASK = 'tekton/action';
/** What ends the host in a URL of which only the beginning is known. */
const BEGINNING = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+[/?#]/i;

/** The host of a URL; undefined: it is none, or its end is not known. */
const hostOf = (field: KnownField): string | undefined => {
  const text = field.is === 'value' ? field.value : BEGINNING.exec(field.text)?.[0];
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  return new URL(text).host || undefined;
};

const addressOf = (input: KnownInput): KnownField | undefined =>
  ADDRESS_FIELDS.map((name) => input.get(name)).find((field) => field !== undefined);

const componentHost = (input: KnownInput, { baseOf }: Whereabouts): TouchedHost => {
  const component = input.get('component');
  const name = component?.is === 'value' && typeof component.value === 'string' ? component.value : undefined;
  const base = name === undefined ? undefined : baseOf(name);
  return { host: base === undefined ? '*' : new URL(base).host, from: 'component' };
};

/** Redirects lead where nobody can say; a plugin that may go everywhere may follow them. */
const mayBeRedirected = (input: KnownInput): boolean => {
  const redirects = input.get('max_redirects');
  return !(redirects?.is === 'value' && redirects.value === 0);
};

/** The hosts that a task may reach, and whether a redirect may lead to others. */
export const hostsOf = (
  { task }: IndexedTask,
  { inputs }: Forecast,
  whereabouts: Whereabouts,
): { readonly hosts: readonly TouchedHost[]; readonly redirects: boolean } => {
  const { work } = task;
  if (work.is !== 'task') return { hosts: [], redirects: false };
  if (work.type === COMPONENT_TASK) {
    return { hosts: inputs.map((input) => componentHost(input, whereabouts)), redirects: false };
  }
  const granted = whereabouts.hostsOf(work.type).map((host): TouchedHost => ({ host, from: 'manifest' }));
  if (granted.length === 0) return { hosts: [], redirects: false };
  const known = inputs.map((input) => {
    const address = addressOf(input);
    return address && hostOf(address);
  });
  const isAll = inputs.length < MOST_INPUTS;
  if (!isAll || known.length === 0 || known.includes(undefined)) return { hosts: granted, redirects: false };
  const hosts = (known as string[]).map((host): TouchedHost => ({ host, from: 'input' }));
  return { hosts, redirects: inputs.some(mayBeRedirected) };
};
