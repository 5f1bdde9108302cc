import { fault, ownValue, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import type { Credential, CredentialSlots } from '../../plugin/contract/index.js';
import type { CompiledValue, Expressions, TriggerKinds } from '../ports/index.js';
import { BodyReader } from '../webhook/index.js';
import { NAMES, type TriggerAction, type TriggerDefinition } from './trigger-definition.js';

const NAME = { most: 255 };
const EXPRESSION = { most: 4096 };
const TYPE = {
  most: 129,
  form: /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9_-]{0,63}$/,
  expected: 'a type of trigger: `<plugin>/<trigger>`',
};
const SHOWN = 20;

export interface ParseWith {
  readonly expressions: Expressions;
}

export interface ParsedTrigger {
  /** Must not be used when there are faults. */
  readonly definition: TriggerDefinition;
  readonly faults: readonly Fault[];
}

const PATH = /^payload(?:\.[A-Za-z_]\w*|\[(?:\d+|"[^"\\]*"|'[^'\\]*')\])*$/;

/** `payload.user.id` is short for `${payload.user.id}`. */
const asExpression = (value: Json): Json => (typeof value === 'string' && PATH.test(value) ? `\${${value}}` : value);

const NOTHING: CompiledValue = { faults: [], evaluate: () => null };

class TriggerParser {
  private readonly faults: Fault[] = [];
  private readonly reader: BodyReader;

  constructor(
    body: JsonObject,
    private readonly using: ParseWith,
  ) {
    this.reader = new BodyReader(body, '', this.faults);
  }

  parse(): ParsedTrigger {
    const { reader, faults } = this;
    reader.must('name', reader.text('name', NAME));
    reader.text('description', { most: 4000, least: 0 });
    reader.object('metadata');
    const match = this.match();
    const mapping = this.mapping();
    const definition: TriggerDefinition = {
      type: reader.must('type', reader.text('type', TYPE)) ?? '',
      enabled: reader.flag('enabled') ?? true,
      params: reader.object('params') ?? {},
      credentials: this.credentials(),
      action: this.action(),
      ...(match && { match }),
      ...(mapping && { mapping }),
    };
    reader.refuseUnknown();
    return { definition, faults };
  }

  private credentials(): Readonly<Record<string, string>> {
    const given = this.reader.object('credentials') ?? {};
    const names = Object.entries(given).filter((entry): entry is [string, string] => {
      if (typeof entry[1] === 'string') return true;
      this.faults.push(fault('wrong_type', pointer('/credentials', entry[0]), { expected: 'a text' }));
      return false;
    });
    return Object.fromEntries(names);
  }

  private action(): TriggerAction {
    const { reader } = this;
    const is = reader.oneOf('action', ['start', 'event']) ?? 'start';
    const byName = reader.text('workflow', NAME);
    const byId = reader.text('workflow_id', NAME);
    if (byName !== undefined && byId !== undefined) reader.wrong('workflow_id', 'left out: there is `workflow`');
    const workflow = byName ?? byId;
    if (is === 'start') {
      const version = reader.text('version', { most: 128 });
      if (byId === undefined && !reader.has('workflow_id')) reader.must('workflow', workflow);
      return { is, workflow: workflow ?? '', ...(version !== undefined && { version }) };
    }
    const event = this.compiled('event', reader.must('event', reader.text('event', EXPRESSION)));
    return { is, event: event ?? NOTHING, ...(workflow !== undefined && { workflow }) };
  }

  private match(): CompiledValue | undefined {
    const text = this.reader.text('match', EXPRESSION);
    if (text === undefined) return undefined;
    if (!PATH.test(text) && !/^\$\{[^]*\}$/.test(text))
      return this.reader.wrong('match', 'an expression: `${payload.amount > 100}`');
    return this.compiled('match', text);
  }

  private mapping(): CompiledValue | undefined {
    const given = this.reader.object('input_mapping');
    if (!given || Object.keys(given).length === 0) return undefined;
    const source = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asExpression(value)]));
    return this.compiled('input_mapping', source);
  }

  private compiled(name: string, source: Json | undefined): CompiledValue | undefined {
    if (source === undefined) return undefined;
    const compiled = this.using.expressions.compile(asExpression(source), { pointer: `/${name}`, names: NAMES });
    this.faults.push(...compiled.faults);
    return compiled;
  }
}

/** Reads the body, or the kept document, of a trigger: every fault in one report. */
export const parseTrigger = (body: JsonObject, using: ParseWith): ParsedTrigger =>
  new TriggerParser(body, using).parse();

interface Known {
  readonly kinds: TriggerKinds;
  readonly credential: (name: string) => Credential | undefined;
}

/** What is wrong with a trigger as things stand: its type, its parameters, its credentials. */
export const faultsNow = ({ type, params, credentials }: TriggerDefinition, { kinds, credential }: Known): Fault[] => {
  const kind = kinds.find(type);
  if (!kind) {
    const known = kinds
      .all()
      .map((one) => one.type)
      .join(', ');
    return [fault('trigger_type_unknown', '/type', { type, known })];
  }
  const places = kind.trigger.credentials ?? {};
  return [...kinds.faults(kind, params), ...credentialFaults({ type, credentials, places }, credential)];
};

const credentialFaults = (
  { type, credentials, places }: Pick<TriggerDefinition, 'type' | 'credentials'> & { readonly places: CredentialSlots },
  credential: Known['credential'],
): Fault[] => {
  const faults: Fault[] = [];
  for (const [slot, name] of Object.entries(credentials)) {
    const where = pointer('/credentials', slot);
    const place = ownValue(places, slot);
    const found = credential(name);
    if (!place) {
      const known = Object.keys(places).slice(0, SHOWN).join(', ') || 'none';
      faults.push(fault('unknown_credential_slot', where, { slot, type, known }));
    } else if (!found) faults.push(fault('credential_unknown', where, { name }));
    else if (!place.types.includes(found.type))
      faults.push(fault('credential_type', where, { name, found: found.type, expected: place.types.join(' or ') }));
  }
  for (const [slot, { optional = false }] of Object.entries(places))
    if (!optional && !Object.hasOwn(credentials, slot)) faults.push(fault('credential_slot_empty', '', { slot, type }));
  return faults;
};
