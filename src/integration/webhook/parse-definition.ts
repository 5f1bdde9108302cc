import { fault, isJsonObject, type Fault, type JsonObject } from '../../kernel/index.js';
import { BodyReader } from '../body/index.js';
import { ActionReader, type ActionChecks } from '../inbox/index.js';
import { readAuth, type ParsedAuth } from './parse-auth.js';
import { METHODS, NAMES, type Method, type WebhookDefinition } from './webhook-definition.js';

const ENDPOINT = {
  most: 129,
  form: /^\/?[A-Za-z0-9_-]{1,128}$/,
  expected: 'one segment of a path: 1 to 128 of A-Z a-z 0-9 _ -',
};
const MIB = 2 ** 20;
const TRIGGERS = ['http_post', 'http_get', 'component_callback', 'manual'] as const;
type TriggerType = (typeof TRIGGERS)[number];
/** Upstream's words for what other resources do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  scheduled: 'POST /schedules',
  event_triggered: 'POST /triggers',
};

export interface ParseWith extends ActionChecks {
  /** Bytes of a body that no webhook may exceed. */
  readonly maxBodyBytes: number;
}

export interface ParsedWebhook extends Omit<ParsedAuth, 'auth'> {
  /** Must not be used when there are faults. */
  readonly definition: WebhookDefinition;
  readonly faults: readonly Fault[];
}

const readTrigger = (reader: BodyReader): TriggerType => {
  const given = reader.any('trigger_type');
  const elsewhere = typeof given === 'string' && Object.hasOwn(ELSEWHERE, given) ? ELSEWHERE[given] : undefined;
  if (elsewhere === undefined) return reader.oneOf('trigger_type', TRIGGERS) ?? 'http_post';
  return reader.wrong('trigger_type', `one of ${TRIGGERS.join(', ')}; see ${elsewhere}`) ?? 'http_post';
};

const readMethods = (reader: BodyReader, trigger: TriggerType): readonly Method[] => {
  const given = reader.texts('methods', METHODS.length);
  if (given === undefined) return trigger === 'manual' ? [] : [trigger === 'http_get' ? 'GET' : 'POST'];
  const known = METHODS.filter((method) => given.some((text) => text.toUpperCase() === method));
  if (known.length !== given.length) reader.wrong('methods', `a list of ${METHODS.join(', ')}`);
  return known;
};

/** Fields of the other direction; upstream's clients send them along with nothing in them. */
const refuseOutboundFields = (reader: BodyReader): void => {
  for (const name of ['headers', 'payload_template']) {
    const value = reader.any(name);
    if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) continue;
    reader.faults.push(fault('unknown_field', `/${name}`, { field: name, known: 'input_mapping, auth' }));
  }
};

/** Reads the body, or the kept document, of a webhook: every fault in one report. */
export const parseDefinition = (body: JsonObject, { maxBodyBytes, ...checks }: ParseWith): ParsedWebhook => {
  const reader = new BodyReader(body);
  reader.describes();
  const trigger = readTrigger(reader);
  const actions = new ActionReader(reader, checks, NAMES);
  const otherwise = trigger === 'component_callback' ? 'event' : 'start';
  const action = actions.action({ otherwise, toOne: true });
  const { auth, ...secrets } = readAuth(reader);
  const mapping = actions.mapping();
  const messageId = actions.expression('delivery_id');
  const definition: WebhookDefinition = {
    endpoint: (reader.text('endpoint', ENDPOINT) ?? '').replace(/^\//, ''),
    enabled: reader.flag('enabled') ?? true,
    methods: readMethods(reader, trigger),
    maxBytes: reader.whole('max_bytes', 1, maxBodyBytes) ?? Math.min(MIB, maxBodyBytes),
    auth,
    action,
    ...(mapping && { mapping }),
    ...(messageId && { messageId }),
    deduplicate: reader.flag('deduplicate') ?? false,
  };
  refuseOutboundFields(reader);
  reader.refuseUnknown();
  return { definition, faults: reader.faults, ...secrets };
};
