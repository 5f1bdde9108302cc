import { fault, isJsonObject, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import type { CompiledValue, Expressions } from '../ports/index.js';
import { BodyReader } from './body-reader.js';
import { readAuth, type ParsedAuth } from './parse-auth.js';
import { METHODS, NAMES, type Method, type WebhookAction, type WebhookDefinition } from './webhook-definition.js';

const NAME = { most: 255 };
const ENDPOINT = {
  most: 129,
  form: /^\/?[A-Za-z0-9_-]{1,128}$/,
  expected: 'one segment of a path: 1 to 128 of A-Z a-z 0-9 _ -',
};
const EXPRESSION = { most: 4096 };
const MIB = 2 ** 20;
const TRIGGERS = ['http_post', 'http_get', 'component_callback', 'manual'] as const;
const LEAST_BYTES = 1;

export interface ParseWith {
  readonly expressions: Expressions;
  /** Bytes of a body that no webhook may exceed. */
  readonly maxBodyBytes: number;
}

export interface ParsedWebhook extends Omit<ParsedAuth, 'auth'> {
  /** Must not be used when there are faults. */
  readonly definition: WebhookDefinition;
  readonly faults: readonly Fault[];
}

const PATH = /^(?:payload|headers|query)(?:\.[A-Za-z_]\w*|\[(?:\d+|"[^"\\]*"|'[^'\\]*')\])*$/;

/** `payload.user.id` is short for `${payload.user.id}`. */
const asExpression = (value: Json): Json => (typeof value === 'string' && PATH.test(value) ? `\${${value}}` : value);

class DefinitionParser {
  private readonly faults: Fault[] = [];
  private readonly reader: BodyReader;

  constructor(
    body: JsonObject,
    private readonly using: ParseWith,
  ) {
    this.reader = new BodyReader(body, '', this.faults);
  }

  parse(): ParsedWebhook {
    const { reader, faults } = this;
    reader.must('name', reader.text('name', NAME));
    reader.text('description', { most: 4000, least: 0 });
    reader.object('metadata');
    const trigger = this.trigger();
    const action = this.action(trigger);
    const { auth, ...secrets } = readAuth(reader);
    const mapping = this.mapping();
    const messageId = this.compiled('delivery_id', reader.text('delivery_id', EXPRESSION));
    const definition: WebhookDefinition = {
      endpoint: (reader.text('endpoint', ENDPOINT) ?? '').replace(/^\//, ''),
      enabled: reader.flag('enabled') ?? true,
      methods: this.methods(trigger),
      maxBytes: this.maxBytes(),
      auth,
      action,
      ...(mapping && { mapping }),
      ...(messageId && { messageId }),
      deduplicate: reader.flag('deduplicate') ?? false,
    };
    this.refuseOutboundFields();
    reader.refuseUnknown();
    return { definition, faults, ...secrets };
  }

  private trigger(): (typeof TRIGGERS)[number] {
    const { reader } = this;
    const elsewhere = reader.any('trigger_type');
    if (elsewhere === 'scheduled') reader.wrong('trigger_type', `one of ${TRIGGERS.join(', ')}; see POST /schedules`);
    else if (elsewhere === 'event_triggered')
      reader.wrong('trigger_type', `one of ${TRIGGERS.join(', ')}; see POST /triggers`);
    else return reader.oneOf('trigger_type', TRIGGERS) ?? 'http_post';
    return 'http_post';
  }

  private methods(trigger: (typeof TRIGGERS)[number]): readonly Method[] {
    const given = this.reader.texts('methods', METHODS.length);
    if (given === undefined) return trigger === 'manual' ? [] : [trigger === 'http_get' ? 'GET' : 'POST'];
    const known = METHODS.filter((method) => given.some((text) => text.toUpperCase() === method));
    if (known.length !== given.length) this.reader.wrong('methods', `a list of ${METHODS.join(', ')}`);
    return known;
  }

  private action(trigger: (typeof TRIGGERS)[number]): WebhookAction {
    const { reader } = this;
    const otherwise = trigger === 'component_callback' ? 'event' : 'start';
    const is = reader.oneOf('action', ['start', 'event']) ?? otherwise;
    const workflow = reader.text('workflow', NAME) ?? reader.text('workflow_id', NAME);
    if (is === 'start') {
      const version = reader.text('version', { most: 128 });
      if (workflow === undefined) reader.must('workflow_id', workflow);
      return { is, workflow: workflow ?? '', ...(version !== undefined && { version }) };
    }
    const event = this.compiled('event', reader.must('event', reader.text('event', EXPRESSION)));
    const execution = this.compiled('execution', reader.text('execution', EXPRESSION));
    if (execution && workflow !== undefined) reader.wrong('execution', 'left out: there is a workflow');
    return {
      is,
      event: event ?? NOTHING,
      ...(workflow !== undefined && { workflow }),
      ...(execution && { execution }),
    };
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

  private maxBytes(): number {
    const { maxBodyBytes } = this.using;
    return this.reader.whole('max_bytes', LEAST_BYTES, maxBodyBytes) ?? Math.min(MIB, maxBodyBytes);
  }

  /** What upstream's clients send along with nothing in it. */
  private refuseOutboundFields(): void {
    for (const name of ['headers', 'payload_template']) {
      const value = this.reader.any(name);
      if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) continue;
      this.faults.push(fault('unknown_field', `/${name}`, { field: name, known: 'input_mapping, auth' }));
    }
  }
}

const NOTHING: CompiledValue = { faults: [], evaluate: () => null };

/** Reads the body, or the kept document, of a webhook: every fault in one report. */
export const parseDefinition = (body: JsonObject, using: ParseWith): ParsedWebhook =>
  new DefinitionParser(body, using).parse();
