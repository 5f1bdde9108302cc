import { fault, ownValue, pointer, type Fault, type JsonObject } from '../../kernel/index.js';
import type { Credential, CredentialSlots } from '../../plugin/contract/index.js';
import { BodyReader } from '../body/index.js';
import { ActionReader, type ActionChecks } from '../inbox/index.js';
import type { TriggerKinds } from '../ports/index.js';
import { NAMES, type TriggerDefinition } from './trigger-definition.js';

const TYPE = {
  most: 129,
  form: /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9_-]{0,63}$/,
  expected: 'a type of trigger: `<plugin>/<trigger>`',
};
const SHOWN = 20;

export interface ParsedTrigger {
  /** Must not be used when there are faults. */
  readonly definition: TriggerDefinition;
  readonly faults: readonly Fault[];
}

const readCredentials = (reader: BodyReader): Readonly<Record<string, string>> => {
  const given = reader.object('credentials') ?? {};
  const names = Object.entries(given).filter((entry): entry is [string, string] => {
    if (typeof entry[1] === 'string') return true;
    reader.faults.push(fault('wrong_type', pointer('/credentials', entry[0]), { expected: 'a text' }));
    return false;
  });
  return Object.fromEntries(names);
};

/** Reads the body, or the kept document, of a trigger: every fault in one report. */
export const parseTrigger = (body: JsonObject, checks: ActionChecks): ParsedTrigger => {
  const reader = new BodyReader(body);
  reader.describes();
  const actions = new ActionReader(reader, checks, NAMES);
  const match = actions.condition('match', '${payload.amount > 100}');
  const mapping = actions.mapping();
  const definition: TriggerDefinition = {
    type: reader.must('type', reader.text('type', TYPE)) ?? '',
    enabled: reader.flag('enabled') ?? true,
    params: reader.object('params') ?? {},
    credentials: readCredentials(reader),
    action: actions.action(),
    ...(match && { match }),
    ...(mapping && { mapping }),
  };
  reader.refuseUnknown();
  return { definition, faults: reader.faults };
};

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
