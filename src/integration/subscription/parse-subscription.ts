import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import type { CompiledValue, Expressions } from '../ports/index.js';
import { BodyReader, readWorkflow } from '../body/index.js';
import { readAuth, type ParsedAuth } from '../webhook/index.js';
import type { Retries, Subscription } from './subscription.js';

export interface ParseSubscriptionWith {
  readonly expressions: Expressions;
  /** Names of events that there are. */
  readonly types: readonly string[];
  /** Why an address can never be asked. */
  readonly refusal: (url: URL) => string | undefined;
}

export interface ParsedSubscription extends Pick<ParsedAuth, 'secret' | 'isMasked'> {
  /** Must not be used when there are faults. */
  readonly subscription: Subscription;
  readonly faults: readonly Fault[];
}

const TRIGGERS = ['event_triggered', 'http_post', 'manual'] as const;
/** What is sent of when nothing is said: how executions end. */
export const USUAL_EVENTS: readonly string[] = ['execution_completed', 'execution_failed', 'execution_canceled'];
const MOST_PATTERNS = 50;
const MOST_HEADERS = 30;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]{0,4096}$/;
/** They say where a message goes and ends, or are made for each attempt. */
const OURS =
  /^(?:host|content-length|content-type|transfer-encoding|te|trailer|expect|connection|keep-alive|upgrade|proxy-.*|http2-settings|webhook-.*)$/i;
/** What stands there is a secret, and would be shown. */
const SECRET = /authorization|cookie|token|secret|passw|api-?key|credential|signature/i;
const FIRST_DELAY = 5;
const LONGEST_DELAY = 3600;
const DAY = 86_400;
const NOTHING: CompiledValue = { faults: [], evaluate: () => null };

const matcher = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '.*')}$`);

class SubscriptionParser {
  private readonly faults: Fault[] = [];
  private readonly reader: BodyReader;

  constructor(
    body: JsonObject,
    private readonly using: ParseSubscriptionWith,
  ) {
    this.reader = new BodyReader(body, '', this.faults);
  }

  parse(): ParsedSubscription {
    const { reader, faults } = this;
    reader.describes();
    // Written by the service only; see `given`.
    reader.any('disabled_reason');
    const isManual = reader.oneOf('trigger_type', TRIGGERS) === 'manual';
    const types = this.types();
    const filter = this.filter();
    const workflow = readWorkflow(reader);
    const { auth, ...secrets } = readAuth(reader);
    if ('tolerance' in auth) this.refuseTolerance();
    const subscription: Subscription = {
      url: this.url(),
      types: isManual ? new Set() : types,
      ...(filter && { filter }),
      ...(workflow !== undefined && { workflow }),
      headers: this.headers(),
      ...this.template(),
      auth,
      retries: this.retries(),
      timeout: (reader.whole('timeout', 1, 60) ?? 15) * 1000,
      concurrency: reader.whole('concurrency', 1, 16) ?? 1,
      enabled: reader.flag('enabled') ?? true,
    };
    reader.refuseUnknown();
    return { subscription, faults, ...secrets };
  }

  private url(): URL {
    const { reader } = this;
    const text = reader.must('url', reader.text('url', { most: 2048 }));
    const nowhere = new URL('http://nowhere.invalid');
    if (text === undefined) return nowhere;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) return reader.wrong('url', 'an http or https address') ?? nowhere;
    if (url.username !== '' || url.password !== '')
      reader.wrong('url', 'an address without name and password: give them as `auth`');
    const refusal = this.using.refusal(url);
    if (refusal !== undefined)
      this.faults.push({ ...fault('address_blocked', '/url', { host: url.host }), message: refusal });
    return url;
  }

  private types(): ReadonlySet<string> {
    const { using, faults, reader } = this;
    const patterns = reader.texts('events', MOST_PATTERNS) ?? USUAL_EVENTS;
    const found = patterns.flatMap((pattern, index) => {
      const isPattern = /^[a-z_*]{1,64}$/.test(pattern) && !pattern.includes('**');
      const names = isPattern ? using.types.filter((type) => matcher(pattern).test(type)) : [];
      const expected = `the name of an event, or a pattern such as execution_*, of these: ${using.types.join(', ')}`;
      if (names.length === 0) faults.push(fault('wrong_type', `/events/${index}`, { expected }));
      return names;
    });
    return new Set(found);
  }

  private filter(): CompiledValue | undefined {
    const text = this.reader.text('filter', { most: 4096 });
    if (text === undefined) return undefined;
    return this.compiled('filter', text.includes('${') ? text : `\${${text}}`, ['event']);
  }

  private template(): Pick<Subscription, 'template' | 'usesExecution'> {
    const source = this.reader.any('payload_template');
    // What upstream's clients send along with nothing in it.
    if (source === undefined || (isJsonObject(source) && Object.keys(source).length === 0))
      return { usesExecution: false };
    const template = this.compiled('payload_template', source, ['event', 'execution']);
    const withoutIt = this.using.expressions.compile(source, { pointer: '', names: new Set(['event']) });
    return { template, usesExecution: withoutIt.faults.length > 0 };
  }

  private compiled(name: string, source: Json, names: readonly string[]): CompiledValue {
    const compiled = this.using.expressions.compile(source, { pointer: `/${name}`, names: new Set(names) });
    this.faults.push(...compiled.faults);
    return compiled.faults.length === 0 ? compiled : NOTHING;
  }

  private headers(): Readonly<Record<string, string>> {
    const given = Object.entries(this.reader.object('headers') ?? {});
    if (given.length > MOST_HEADERS) this.reader.wrong('headers', `an object of at most ${MOST_HEADERS}`);
    const wrong = (name: string, expected: string): void =>
      void this.faults.push(fault('wrong_type', pointer('/headers', name), { expected }));
    for (const [name, value] of given) {
      if (!HEADER_NAME.test(name)) wrong(name, 'named like a header');
      else if (OURS.test(name)) wrong(name, 'left out: Harmonia sets it');
      else if (SECRET.test(name)) wrong(name, 'left out: what is secret is given as `auth`');
      else if (typeof value !== 'string' || !HEADER_VALUE.test(value)) wrong(name, 'a text of printable characters');
    }
    return Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value as string]));
  }

  /** `retries`, which upstream calls `retry_config`. */
  private retries(): Retries {
    const { reader, faults } = this;
    const first = reader.object('retries');
    const second = reader.object('retry_config');
    if (first && second) reader.wrong('retry_config', 'left out: there is `retries`');
    const inner = new BodyReader(first ?? second ?? {}, first || !second ? '/retries' : '/retry_config', faults);
    const retries = {
      maxAttempts: inner.whole('max_attempts', 1, 50) ?? 8,
      firstDelay: (inner.whole('first_delay', 1, DAY) ?? FIRST_DELAY) * 1000,
      maxDelay: (inner.whole('max_delay', 1, DAY) ?? LONGEST_DELAY) * 1000,
    };
    inner.refuseUnknown();
    return retries;
  }

  /** It means something to who receives only. */
  private refuseTolerance(): void {
    for (const name of ['auth', 'auth_config']) {
      const given = this.reader.object(name);
      if (given && Object.hasOwn(given, 'tolerance'))
        this.faults.push(fault('unknown_field', `/${name}/tolerance`, { field: 'tolerance', known: 'secret, header' }));
    }
  }
}

/** Reads the body, or the kept document, of a subscription: every fault in one report. */
export const parseSubscription = (body: JsonObject, using: ParseSubscriptionWith): ParsedSubscription =>
  new SubscriptionParser(body, using).parse();
