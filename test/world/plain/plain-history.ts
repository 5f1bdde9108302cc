import type { KeptOutcome, RunEvent } from '../../../src/engine/core/index.js';

/**
 * What a journal says about order, and nothing else: at which position a step ended, a body began, a step was
 * canceled by itself. What a re-execution resets is forgotten, as the rules have it, by addresses alone.
 */
export class PlainHistory {
  readonly ended = new Map<string, number>();
  /** Constructs and bodies. */
  readonly began = new Map<string, number>();
  /** Items of maps that are over. */
  readonly closed = new Map<string, number>();
  /** Steps that ended as canceled, one by one. */
  readonly canceled = new Set<string>();
  /** Steps that were taken over from another execution. */
  readonly kept = new Map<string, KeptOutcome>();
  /** Items of maps that were taken over whole, with their output. */
  readonly keptItems = new Map<string, Extract<RunEvent, { type: 'body_closed' }>['result']>();
  /** Steps that were skipped because of others. */
  readonly passedOver = new Set<string>();
  /** Steps that somebody skipped. */
  readonly skipped = new Set<string>();
  /** Inputs of the first attempts, since it was last reopened. */
  readonly inputs = new Map<string, unknown>();
  /** Where first attempts began. */
  readonly started = new Map<string, number>();
  /** Where it last went on after its end; 0: nowhere. What had come about before was looked at then. */
  reopenedAt = 0;
  /** Keys of the items of maps, by address. */
  private readonly items = new Map<string, readonly (string | number)[]>();

  /** `carried`: how many events after the first were taken over from another execution. */
  constructor(
    private readonly events: readonly RunEvent[],
    readonly carried = 0,
  ) {
    events.forEach((event, position) => this.take(event, position));
  }

  /** Nothing of it was decided in another generation. */
  get isFirst(): boolean {
    return this.reopenedAt === 0 && this.carried === 0;
  }

  /** Whether two events follow from one request: each has a time of its own. */
  isTogether(one: number, other: number): boolean {
    return this.events[one]?.at === this.events[other]?.at;
  }

  private take(event: RunEvent, position: number): void {
    switch (event.type) {
      case 'step_completed':
      case 'step_failed':
        this.ended.set(event.step, position);
        return;
      case 'step_skipped':
        this.ended.set(event.step, position);
        if (isByOthers(event.cause)) this.passedOver.add(event.step);
        return;
      case 'step_kept':
        return this.keep(event, position);
      case 'step_canceled':
        this.ended.set(event.step, position);
        this.canceled.add(event.step);
        return;
      case 'step_started':
        if (event.attempt === 1) this.begin(event, position);
        return;
      case 'step_opened':
        this.began.set(event.step, position);
        if (event.over !== undefined) this.items.set(event.step, keysOf(event.over));
        return;
      case 'body_opened':
      case 'body_closed':
        return this.takeBody(event, position);
      case 'execution_reopened':
        return this.reopened(event, position);
      default:
    }
  }

  private begin({ step, input }: Extract<RunEvent, { type: 'step_started' }>, position: number): void {
    this.started.set(step, position);
    this.inputs.set(step, input ?? {});
  }

  private keep({ step, outcome }: Extract<RunEvent, { type: 'step_kept' }>, position: number): void {
    this.ended.set(step, position);
    this.kept.set(step, outcome);
    if (outcome.is === 'skipped' && isByOthers(outcome.cause)) this.passedOver.add(step);
  }

  private takeBody(event: Extract<RunEvent, { type: 'body_opened' | 'body_closed' }>, position: number): void {
    const body = this.bodyAddress(event);
    if (event.type === 'body_opened') this.began.set(body, position);
    else {
      this.closed.set(body, position);
      if (position <= this.carried) this.keptItems.set(body, event.result);
    }
  }

  private bodyAddress({ step, body }: Extract<RunEvent, { type: 'body_opened' | 'body_closed' }>): string {
    if (typeof body === 'string') return `${step}/${body}`;
    const keys = this.items.get(step);
    return `${step}[${JSON.stringify(keys ? keys[body] : body)}]`;
  }

  private reopened({ reset, skipped }: Extract<RunEvent, { type: 'execution_reopened' }>, position: number): void {
    this.reopenedAt = position;
    this.inputs.clear();
    for (const address of [...reset, ...(skipped === undefined ? [] : [skipped])]) this.reset(address);
    if (skipped === undefined) return;
    this.skipped.add(skipped);
    this.ended.set(skipped, position);
  }

  /** The step and what is in it is gone; the constructs around it go on, and what followed in them is gone. */
  private reset(address: string): void {
    const isMap = (around: string): boolean => this.items.has(around);
    this.forget((known) => goesWith(known, address, isMap));
    for (const around of addressesAround(address)) {
      for (const map of [this.ended, this.closed, this.kept, this.keptItems]) map.delete(around);
      this.canceled.delete(around);
    }
  }

  private forget(isGone: (address: string) => boolean): void {
    for (const map of [this.ended, this.began, this.closed, this.kept, this.keptItems, this.started, this.items])
      for (const known of map.keys()) if (isGone(known)) map.delete(known);
    for (const set of [this.canceled, this.skipped, this.passedOver])
      for (const known of set) if (isGone(known)) set.delete(known);
  }
}

const isByOthers = (cause: string): boolean => cause === 'upstream' || cause === 'branch';

const keysOf = (over: object | string | number | boolean | null): readonly (string | number)[] =>
  Array.isArray(over) ? [...over.keys()] : Object.keys(over as object);

/** Whether a step lies in a construct, or in one of its bodies. */
export const isInside = (address: string, around: string): boolean =>
  address.length > around.length && address.startsWith(around) && '/[!'.includes(address[around.length] as string);

/** Whether a step or body is gone when another is reset: it is that one or in it, or in a later body of what is around. */
export const goesWith = (known: string, reset: string, isMap: (address: string) => boolean): boolean => {
  const isIn = (address: string): boolean => known === address || isInside(known, address);
  if (isIn(reset)) return true;
  return addressesAround(reset).some((around) => {
    const [, guard = '', phase] = /^(.*)\/(try|catch)$/.exec(around) ?? [];
    if (phase !== undefined) return isIn(`${guard}/finally`) || (phase === 'try' && isIn(`${guard}/catch`));
    const [, loop = '', index] = /^(.*)\[(\d+)\]$/.exec(around) ?? [];
    if (index === undefined || isMap(loop) || !known.startsWith(`${loop}[`)) return false;
    return Number(/^\d+/.exec(known.slice(loop.length + 1))?.[0]) > Number(index);
  });
};

/** Constructs and bodies around a step, from the inside out. */
export const addressesAround = (address: string): readonly string[] => {
  const ends: number[] = [];
  let inKey = false;
  for (let at = 1; at < address.length; at++) {
    if (address[at] === '"' && address[at - 1] !== '\\') inKey = !inKey;
    else if (!inKey && (address[at] === '/' || address[at] === '[')) ends.push(at);
  }
  return ends.reverse().map((end) => address.slice(0, end));
};
