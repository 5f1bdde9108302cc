import {
  fault,
  HarmoniaError,
  isJsonObject,
  isoInstant,
  Turns,
  type Clock,
  type Fault,
  type Json,
  type JsonObject,
} from '../../../kernel/index.js';
import type { CredentialKeeper } from '../../../credential/ports/index.js';
import type { ComponentCall, Credential } from '../../../plugin/contract/index.js';
import type { OutboundHttp } from '../../../plugin/ports/index.js';
import type { ComponentStore, StoredComponent } from '../../ports/index.js';
import { withSnakeNames } from '../../body/index.js';
import { MASK } from '../../webhook/index.js';
import type { Answer } from '../component-answer.js';
import { variableOf } from '../component-bases.js';
import { fits } from './action-request.js';
import { paramsSchema } from './action-params.js';
import { keyOf, type ComponentDefinition } from './component-definition.js';
import { keptAuthentication } from './parse-authentication.js';
import { parseComponent, type ParsedComponent } from './parse-component.js';
import { credentialOf, RegisteredCalls, type Secrets } from './registered-calls.js';

export interface RegisteredComponentsParts {
  readonly store: ComponentStore;
  readonly credentials: CredentialKeeper;
  readonly secrets: Secrets['ofPeople'];
  readonly http: OutboundHttp & { refusal(url: URL): string | undefined };
  readonly clock: Clock;
  /** Whether Harmonia knows a component of that name without a registration. */
  readonly isKnown: (name: string) => boolean;
  /** Is told when calls go elsewhere from now on. */
  readonly onChange: (name: string) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** A registered component, ready to be called. */
export interface ReadyComponent {
  readonly stored: StoredComponent;
  readonly definition: ComponentDefinition;
}

const MOST = 1000;
const AUTH = /:auth-(\d+)$/;

const refused = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The component', count: faults.length }, { faults });

const objectIn = (body: Json): JsonObject => {
  if (isJsonObject(body)) return withSnakeNames(body);
  throw refused([fault('wrong_type', '', { expected: 'an object' })]);
};

/** The credential that a registration has of its own. */
const ownCredential = ({ definition: { auth } }: ReadyComponent): string | undefined =>
  auth.type !== 'none' && auth.credential.includes(':') ? auth.credential : undefined;

/** The components that were registered. All are in memory; what is changed is durable first. */
export class RegisteredComponents {
  private readonly ready = new Map<string, ReadyComponent>();
  private readonly calls: RegisteredCalls;
  private readonly secrets: Secrets;
  /** One change at a time: a secret and the document that names it belong together. */
  private readonly turns = new Turns();

  private constructor(private readonly parts: RegisteredComponentsParts) {
    this.secrets = { ofPeople: parts.secrets, own: parts.credentials };
    this.calls = new RegisteredCalls(parts.http, this.secrets, parts.clock);
  }

  static async open(parts: RegisteredComponentsParts): Promise<RegisteredComponents> {
    const components = new RegisteredComponents(parts);
    for (const stored of await parts.store.all()) components.take(stored);
    return components;
  }

  find(name: string): ReadyComponent | undefined {
    return this.ready.get(keyOf(name));
  }

  all(): readonly ReadyComponent[] {
    return [...this.ready.values()];
  }

  /** For the validator: JSON Schemas of params by action. */
  paramsOf(name: string): ReadonlyMap<string, JsonObject> | undefined {
    const found = this.find(name);
    return found && new Map([...found.definition.actions].map(([action, words]) => [action, paramsSchema(words)]));
  }

  /** Undefined: it is not registered. */
  call(call: ComponentCall): Promise<Json> | undefined {
    const found = this.find(call.component);
    return found && this.calls.call(found.definition, call);
  }

  probe(found: ReadyComponent, path: string, bounds: { signal: AbortSignal }): Promise<Answer> {
    return this.calls.probe(found.definition, path, { ...bounds, timeout: undefined });
  }

  register(body: Json): Promise<ReadyComponent> {
    return this.turns.take(async () => {
      const document = objectIn(body);
      const parsed = parseComponent(document);
      await this.check(parsed, undefined);
      const { name } = parsed.definition;
      if (this.find(name)) throw new HarmoniaError('component_exists', { name });
      if (this.ready.size >= MOST) throw new HarmoniaError('too_many_components', { limit: MOST });
      return this.save(document, parsed, undefined);
    });
  }

  update(name: string, body: Json): Promise<ReadyComponent> {
    return this.turns.take(async () => {
      const before = this.find(name);
      if (!before) throw this.absent(name);
      const document = { ...this.body(before), ...objectIn(body) };
      const parsed = parseComponent(document);
      await this.check(parsed, before);
      return this.save(document, parsed, before);
    });
  }

  remove(name: string): Promise<void> {
    return this.turns.take(async () => {
      const before = this.find(name);
      if (!before) throw this.absent(name);
      await this.parts.store.remove(before.stored.key);
      this.ready.delete(before.stored.key);
      this.parts.onChange(before.definition.name);
      await this.forget(ownCredential(before));
    });
  }

  /** As it was registered; the secret is masked. */
  body({ stored, definition: { auth } }: ReadyComponent): JsonObject {
    const { document } = stored;
    if (auth.type === 'none' || !auth.credential.includes(':')) return document;
    const { credential: _, ...place } = keptAuthentication(auth, '');
    return { ...document, authentication: { ...place, ...this.masked(auth.credential, auth.type) } };
  }

  times({ stored: { createdAt, updatedAt } }: ReadyComponent): JsonObject {
    return { created_at: isoInstant(createdAt), updated_at: isoInstant(updatedAt) };
  }

  private masked(name: string, type: Exclude<ComponentDefinition['auth']['type'], 'none'>): JsonObject {
    if (type === 'bearer') return { token: MASK };
    if (type === 'api_key') return { key: MASK };
    if (type === 'hmac') return { secret: MASK };
    const credential = this.readable(name);
    return { username: credential?.type === 'basic' ? credential.username : '', password: MASK };
  }

  private readable(name: string): Credential | undefined {
    try {
      return credentialOf(name, this.secrets);
    } catch (error) {
      if (error instanceof HarmoniaError && error.code === 'credential_unreadable') return undefined;
      throw error;
    }
  }

  private absent(name: string): HarmoniaError {
    return this.parts.isKnown(name)
      ? new HarmoniaError('component_not_registered', { name })
      : new HarmoniaError('component_not_found', { component: name, variable: variableOf(name) });
  }

  private async check(
    { definition, faults: found, isMasked }: ParsedComponent,
    before?: ReadyComponent,
  ): Promise<void> {
    const faults = [...found];
    const { name, base, replace, auth } = definition;
    if (before && keyOf(name) !== before.stored.key)
      faults.push(fault('wrong_type', '/name', { expected: `"${before.definition.name}": a name stays` }));
    if (!replace && name !== '' && this.parts.isKnown(name))
      faults.push(fault('component_name_taken', '/name', { name }));
    const reason = base === '' ? undefined : this.parts.http.refusal(new URL(base));
    if (reason !== undefined)
      faults.push(
        fault('address_blocked', '/base_url', { host: new URL(base).host, reason: 'the address is not public' }),
      );
    if (isMasked && (!before || !ownCredential(before) || before.definition.auth.type !== auth.type))
      faults.push(fault('wrong_type', '/authentication', { expected: 'a secret: none is kept that could stay' }));
    if (auth.type !== 'none' && auth.credential !== '') faults.push(...this.credentialFaults(auth));
    if (faults.length > 0) throw refused(faults);
    return Promise.resolve();
  }

  private credentialFaults(auth: Exclude<ComponentDefinition['auth'], { type: 'none' }>): readonly Fault[] {
    const { credential: name, type } = auth;
    const where = '/authentication/credential';
    // Those with a colon belong to features.
    const found = name.includes(':') ? undefined : this.readable(name);
    if (!found) return [fault('credential_unknown', where, { name })];
    if (fits(auth, found)) return [];
    return [fault('credential_type', where, { name, found: found.type, expected: type })];
  }

  private async save(
    document: JsonObject,
    parsed: ParsedComponent,
    before: ReadyComponent | undefined,
  ): Promise<ReadyComponent> {
    const { definition } = parsed;
    const { store, clock } = this.parts;
    const key = keyOf(definition.name);
    const credential = await this.keepSecret(parsed, key, before);
    const named = definition.auth.type === 'none' ? '' : (credential ?? definition.auth.credential);
    const authentication = keptAuthentication(definition.auth, named);
    const entries = Object.entries({ ...document, authentication }).filter(([, value]) => value !== null);
    const now = clock.now();
    // Two changes within a millisecond are told apart.
    const updatedAt = before ? Math.max(now, before.stored.updatedAt + 1) : now;
    const times = { createdAt: before?.stored.createdAt ?? now, updatedAt };
    const stored: StoredComponent = { key, document: Object.fromEntries(entries), ...times };
    try {
      await store.put(stored);
    } catch (error) {
      if (!before || credential !== ownCredential(before)) await this.forget(credential);
      throw error;
    }
    const auth = definition.auth.type === 'none' ? definition.auth : { ...definition.auth, credential: named };
    const ready = { stored, definition: { ...definition, auth } };
    this.ready.set(key, ready);
    this.parts.onChange(definition.name);
    const old = before && ownCredential(before);
    if (old !== ownCredential(ready)) await this.forget(old);
    return ready;
  }

  /**
   * The credential of its own that a component is to have. A new secret gets a new name: the document says which one
   * counts, so a crash in between leaves the old one in force.
   */
  private async keepSecret(
    { secret, isMasked, definition, username }: ParsedComponent,
    key: string,
    before: ReadyComponent | undefined,
  ): Promise<string | undefined> {
    const own = before && ownCredential(before);
    const fresh = isMasked && own !== undefined ? this.renamed(own, definition, username) : secret;
    if (!fresh) return isMasked ? own : undefined;
    const last = Number(AUTH.exec(own ?? '')?.[1] ?? 0);
    const name = `component:${key}:auth-${last + 1}`;
    await this.parts.credentials.put(name, fresh);
    return name;
  }

  /** The kept password under another name of its account. */
  private renamed(own: string, { auth }: ComponentDefinition, username: string | undefined): Credential | undefined {
    if (auth.type !== 'basic' || username === undefined) return undefined;
    const kept = this.readable(own);
    return kept?.type === 'basic' && kept.username !== username ? { ...kept, username } : undefined;
  }

  private async forget(name: string | undefined): Promise<void> {
    if (name !== undefined) await this.parts.credentials.remove(name);
  }

  private take(stored: StoredComponent): void {
    const { definition, faults } = parseComponent(stored.document);
    if (faults.length === 0) return void this.ready.set(stored.key, { stored, definition });
    this.parts.onTrouble(`The component ${stored.key} cannot be used`, refused(faults));
  }
}
