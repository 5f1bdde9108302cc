import {
  fault,
  HarmoniaError,
  isJsonObject,
  isoInstant,
  type Clock,
  type Fault,
  type Json,
  type JsonObject,
  type Millis,
} from '../../kernel/index.js';
import type { ComponentService } from '../../plugin/contract/index.js';
import type { Components, DestinationBoard, DocumentPage, PageWanted } from '../ports/index.js';
import { BodyReader } from '../body/index.js';
import { parse, type Answer } from './component-answer.js';
import { variableOf, type BaseOf } from './component-bases.js';
import type { ComponentBoard, NotedAction } from './component-board.js';
import { asText, tableActions, tableComponents } from './component-routes.js';
import type { Probe } from './component-service.js';
import { ANY_PARAMS } from './component-words.js';
import { refusalOfCall, type Asked } from './call-refusal.js';
import {
  keyOf,
  paramFaults,
  paramsSchema,
  type ReadyComponent,
  type RegisteredComponents,
} from './registration/index.js';

export interface ComponentDeskParts {
  readonly registered: RegisteredComponents;
  readonly board: Pick<ComponentBoard, 'catalogue'>;
  readonly service: ComponentService;
  readonly probe: Probe;
  readonly baseOf: BaseOf;
  /** Names that the configuration has an address for. */
  readonly configured: readonly string[];
  /** Names that Hermes lists with an address, now. Default: none. */
  readonly discovered?: () => readonly string[];
  readonly destinations: Pick<DestinationBoard, 'list'>;
  /** Takes secrets out of what strangers say. */
  readonly mask: (value: Json) => Json;
  readonly clock: Clock;
}

/** ms that a call over the API may take, unless its action says otherwise. */
const PATIENCE: Millis = 30_000;
/** Characters of what a test shows. */
const SHOWN = 4096;
const HEALTH = '/health';

type Source = 'registered' | 'configured' | 'discovered' | 'table';

/** The components that there are, for people: what they can do, and how they fare. */
export class ComponentDesk implements Components {
  constructor(private readonly parts: ComponentDeskParts) {}

  async names(): Promise<readonly string[]> {
    return this.namesIn(await this.parts.board.catalogue());
  }

  async list({ offset, limit }: PageWanted): Promise<DocumentPage> {
    const catalogue = await this.parts.board.catalogue();
    const names = this.namesIn(catalogue);
    const page = names.slice(offset, offset + limit);
    const items = page.map((name) => ({ ...this.words(name), action_names: this.actionsIn(catalogue, name) }));
    return { items, total: names.length };
  }

  async find(name: string): Promise<JsonObject> {
    const found = this.parts.registered.find(name);
    if (found) return this.document(found);
    const catalogue = await this.parts.board.catalogue();
    const known = this.mustKnow(name, catalogue);
    const actions = this.actionsIn(catalogue, known).map((action) => this.knownAction(known, action, catalogue));
    return { ...this.words(known), actions };
  }

  async register(body: Json): Promise<JsonObject> {
    return this.document(await this.parts.registered.register(body));
  }

  async update(name: string, body: Json): Promise<JsonObject> {
    return this.document(await this.parts.registered.update(name, body));
  }

  remove(name: string): Promise<void> {
    return this.parts.registered.remove(name);
  }

  async actions(name: string): Promise<readonly string[]> {
    const catalogue = await this.parts.board.catalogue();
    return this.actionsIn(catalogue, this.parts.registered.find(name) ? name : this.mustKnow(name, catalogue));
  }

  async action(name: string, action: string): Promise<JsonObject> {
    const found = this.parts.registered.find(name);
    if (found) return this.registeredAction(found, action);
    const catalogue = await this.parts.board.catalogue();
    return this.knownAction(this.mustKnow(name, catalogue), action, catalogue);
  }

  private knownAction(known: string, action: string, catalogue: readonly NotedAction[]): JsonObject {
    const said = saidOf(catalogue, known).find((one) => one.action === action);
    const mapped = tableActions(known).get(action);
    if (!said && !mapped) throw new HarmoniaError('action_not_found', { component: known, action });
    const { method, path, needs } = mapped ?? { method: 'POST', path: `/api/actions/${action}`, needs: [] };
    const required = needs.flatMap((names) => names.slice(0, 1));
    const parameters = required.length > 0 ? { ...ANY_PARAMS, required } : ANY_PARAMS;
    const described = isJsonObject(said?.parameters) && Object.keys(said.parameters).length > 0;
    return {
      ...{ name: action, component: known, source: this.sourceOf(known), description: said?.description ?? null },
      ...{ method, path, result_path: null, timeout: null },
      parameters: described ? (said?.parameters ?? parameters) : parameters,
    };
  }

  async call(name: string, action: string, given: Json): Promise<Json> {
    if (!isJsonObject(given)) throw refused([fault('wrong_type', '', { expected: 'an object: the params' })]);
    return this.ask(name, action, given);
  }

  async test(name: string, body: Json): Promise<JsonObject> {
    const wanted = testIn(body ?? {});
    const known = this.parts.registered.find(name)?.definition.name ?? (await this.spelling(name));
    const { clock } = this.parts;
    const started = clock.now();
    const outcome = await (wanted.action === undefined
      ? this.probed(known, wanted.path)
      : this.tried(known, wanted.action, wanted.params));
    return { component: known, ...outcome, ms: Math.max(0, Math.round(clock.now() - started)) };
  }

  private async ask(name: string, action: string, params: JsonObject): Promise<Json> {
    const { registered, service, mask } = this.parts;
    const found = registered.find(name);
    const words = found?.definition.actions.get(action);
    if (words) mustFit(paramFaults(words, params));
    // What nobody has heard of is not there; what is known may be able to do more than is known of it.
    const component = found?.definition.name ?? (await this.spelling(name));
    const signal = words?.timeout === undefined ? AbortSignal.timeout(PATIENCE) : new AbortController().signal;
    const asked: Asked = { component, action, base: found?.definition.base, isLate: () => signal.aborted };
    try {
      return mask(await service.call({ component, action, params, context: { source: 'api' }, signal }));
    } catch (error) {
      throw refusalOfCall(error, asked, (text) => asText(mask(text)));
    }
  }

  private async tried(component: string, action: string, params: JsonObject): Promise<JsonObject> {
    try {
      const result = await this.ask(component, action, params);
      return { ok: true, action, status: 200, answer: shown(result), error: null };
    } catch (error) {
      if (!(error instanceof HarmoniaError) || error.code === 'validation_error') throw error;
      const { code, message } = error;
      return { ok: false, action, status: null, answer: null, error: { code, message } };
    }
  }

  private async probed(component: string, path: string): Promise<JsonObject> {
    const { registered, probe, mask } = this.parts;
    const signal = AbortSignal.timeout(PATIENCE);
    const found = registered.find(component);
    const asked: Asked = { component, action: path, base: found?.definition.base, isLate: () => signal.aborted };
    try {
      const answer: Answer | undefined = await (found
        ? registered.probe(found, path, { signal })
        : probe(component, path, signal));
      if (!answer) throw new HarmoniaError('component_not_found', { component, variable: variableOf(component) });
      const { status, text } = answer;
      const said = text === '' ? null : mask(shown(parse(text) ?? text));
      return { ok: status >= 200 && status < 300, path, status, answer: said, error: null };
    } catch (error) {
      const refusal = refusalOfCall(error, asked, (text) => asText(mask(text)));
      if (!(refusal instanceof HarmoniaError)) throw error;
      return { ok: false, path, status: null, answer: null, error: { code: refusal.code, message: refusal.message } };
    }
  }

  private document(found: ReadyComponent): JsonObject {
    const { registered } = this.parts;
    const { name } = found.definition;
    return { ...this.words(name), ...registered.body(found), ...registered.times(found) };
  }

  private registeredAction({ definition }: ReadyComponent, action: string): JsonObject {
    const words = definition.actions.get(action);
    const { name: component } = definition;
    if (!words) throw new HarmoniaError('action_not_found', { component, action });
    const { name, description, method, path, result, timeout } = words;
    return {
      ...{ name, component, source: 'registered', description: description ?? null, method, path },
      ...{ result_path: result?.text ?? null, timeout: timeout === undefined ? null : timeout / 1000 },
      parameters: paramsSchema(words),
    };
  }

  private sourceOf(name: string): Source {
    if (this.parts.registered.find(name)) return 'registered';
    if (this.parts.baseOf(name) === undefined) return 'table';
    return this.discovered().some((one) => keyOf(one) === keyOf(name)) ? 'discovered' : 'configured';
  }

  private discovered(): readonly string[] {
    return this.parts.discovered?.() ?? [];
  }

  private words(name: string): JsonObject {
    const { registered, baseOf, destinations } = this.parts;
    const definition = registered.find(name)?.definition;
    const destination = `component:${name}`;
    const state = destinations.list().find((one) => one.destination === destination);
    return {
      name,
      source: this.sourceOf(name),
      description: definition?.description ?? null,
      base_url: definition?.base ?? baseOf(name) ?? null,
      circuit: {
        ...{ destination, state: state?.state ?? 'closed', failures: state?.failures ?? 0 },
        since: state?.since === undefined ? null : isoInstant(state.since),
        until: state?.until === undefined ? null : isoInstant(state.until),
      },
    };
  }

  private namesIn(catalogue: readonly NotedAction[]): readonly string[] {
    const { registered, configured } = this.parts;
    const own = registered.all().map(({ definition }) => definition.name);
    const said = catalogue.map(({ component }) => component);
    const byKey = new Map<string, string>();
    for (const name of [...own, ...configured, ...this.discovered(), ...tableComponents(), ...said])
      if (!byKey.has(keyOf(name))) byKey.set(keyOf(name), name);
    return [...byKey.values()].sort();
  }

  private actionsIn(catalogue: readonly NotedAction[], name: string): readonly string[] {
    const found = this.parts.registered.find(name);
    if (found) return [...found.definition.actions.keys()];
    const said = saidOf(catalogue, name).map(({ action }) => action);
    return [...new Set([...tableActions(name).keys(), ...said])].sort();
  }

  private async spelling(name: string): Promise<string> {
    return this.mustKnow(name, await this.parts.board.catalogue());
  }

  /** As it is spelt here. */
  private mustKnow(name: string, catalogue: readonly NotedAction[]): string {
    const found = this.namesIn(catalogue).find((one) => keyOf(one) === keyOf(name));
    if (found !== undefined) return found;
    // `tekton-core` is the TEKTON_CORE of the configuration.
    if (this.parts.baseOf(name) !== undefined) return name;
    throw new HarmoniaError('component_not_found', { component: name, variable: variableOf(name) });
  }
}

const saidOf = (catalogue: readonly NotedAction[], name: string): readonly NotedAction[] =>
  catalogue.filter(({ component }) => keyOf(component) === keyOf(name));

const refused = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });

const mustFit = (faults: readonly Fault[]): void => {
  if (faults.length > 0) throw refused(faults);
};

/** As it came, or as much of its text as can be shown. */
const shown = (value: Json): Json => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHOWN ? value : `${text.slice(0, SHOWN)}…`;
};

interface TestWanted {
  readonly action: string | undefined;
  readonly params: JsonObject;
  readonly path: string;
}

const testIn = (body: Json): TestWanted => {
  if (!isJsonObject(body)) throw refused([fault('wrong_type', '', { expected: 'an object' })]);
  const reader = new BodyReader(body, '', []);
  const action = reader.text('action', { most: 128 });
  const params = reader.object('params');
  const expected = 'a path such as /health, from a / on, with nothing in it that a URL would say otherwise';
  const path = reader.text('path', { most: 2048, form: /^\/(?!\/)[\x21-\x7e]*$/, expected });
  if (path !== undefined && !isPlainPath(path)) reader.wrong('path', expected);
  if (action !== undefined && path !== undefined) reader.wrong('path', 'left out: there is an `action`');
  if (action === undefined && params !== undefined) reader.wrong('params', 'left out: there is no `action`');
  reader.refuseUnknown();
  if (reader.faults.length > 0) throw refused(reader.faults);
  return { action, params: params ?? {}, path: path ?? HEALTH };
};

const isPlainPath = (path: string): boolean => {
  const { pathname, search } = new URL(`http://x${path}`);
  return pathname + search === path;
};
