import { fault, isJsonObject, pointer, type Json, type JsonObject, type JsonPointer } from '../../../kernel/index.js';
import type { Said } from '../task-words.js';
import type { Translation } from '../translation.js';
import { translateCondition } from '../values.js';

/** An edge that a document writes apart from its tasks. */
export interface Link {
  readonly value: Json;
  readonly where: JsonPointer;
}

/** Where a task leads. */
export interface Way {
  /** Canonical id of the target. */
  readonly to: string;
  readonly where: JsonPointer;
  /** Inside of a CEL expression; absent: always, or if no other is taken. */
  readonly when: string | undefined;
}

/** What a task says about what comes after it. */
export interface Routes {
  readonly ways: readonly Way[];
  /** Ways back: tasks that this one waits for. */
  readonly sources: readonly Way[];
  /** Taken when no other way is. */
  readonly otherwise: Way | undefined;
  readonly onFailure: string | undefined;
  /** The task does nothing but choose. */
  readonly decides: boolean;
  /** Every way whose condition holds is taken, not the first alone. */
  readonly inclusive: boolean;
  readonly where: JsonPointer;
}

const SUCCESS: ReadonlySet<string> = new Set(['success', 'on_success', 'next', 'default']);
const FAILURE: ReadonlySet<string> = new Set(['failure', 'on_failure', 'error', 'on_error']);
const ALWAYS: ReadonlySet<Json> = new Set<Json>([true, 'true', '', 'default', 'else', 'otherwise']);
const TARGETS = ['to', 'target', 'goto', 'next', 'next_step', 'step'];
const CONDITIONS = ['condition', 'when', 'if'];
const KNOWN: ReadonlySet<string> = new Set([...TARGETS, ...CONDITIONS, 'automatic', 'from', 'source']);

/** Reads `next`, `transitions`, `branches`, `cases`, `default`, `then` and `else`, `sources`, and links of the document. */
export const readRoutes = (translation: Translation, links: readonly Link[]): Routes => {
  const reader = new RouteReader(translation);
  return reader.read(links);
};

class RouteReader {
  private readonly ways: Way[] = [];
  private otherwise: Way | undefined;
  private onFailure: string | undefined;

  constructor(private readonly translation: Translation) {}

  read(links: readonly Link[]): Routes {
    const { words } = this.translation;
    const isDecision = words.peek('type') === 'decision';
    const decides = isDecision && ['component', 'action', 'tool'].every((field) => words.peek(field) === undefined);
    const listed = words.take('transitions');
    if (listed) this.transitions(listed);
    for (const link of links) this.linked(link);
    for (const field of isDecision ? ['next', 'cases', 'branches'] : ['next', 'branches']) {
      const said = words.take(field);
      if (said) this.list(said);
    }
    const isChosen = isDecision && this.choice();
    if (decides && !listed && !isChosen && this.ways.length === 0)
      this.translation.faults.push(fault('required_field', words.task.where, { field: 'transitions' }));
    return {
      ways: this.ways,
      sources: this.sources(),
      otherwise: this.otherwise,
      onFailure: this.onFailure,
      decides,
      inclusive: isDecision && this.isInclusive(),
      where: listed?.where ?? words.task.where,
    };
  }

  private linked({ value, where }: Link): void {
    if (isJsonObject(value) && !TARGETS.some((name) => value[name] !== undefined)) this.named(value, where);
    else this.entry(value, where);
  }

  private isInclusive(): boolean {
    const { words } = this.translation;
    const mode = words.peek('mode');
    if (mode === 'all' || mode === 'inclusive' || mode === 'exclusive' || mode === 'first') words.take('mode');
    return mode === 'all' || mode === 'inclusive';
  }

  private transitions({ value, where, field }: Said): void {
    if (Array.isArray(value)) {
      (value as Json[]).forEach((entry, index) => this.entry(entry, pointer(where, index)));
      if ((value as Json[]).some(saysMore)) this.translation.words.keep(field);
    } else if (isJsonObject(value)) this.named(value, where);
    else this.translation.faults.push(fault('wrong_type', where, { expected: 'a list of transitions' }));
  }

  /** `{ success: a, failure: b }`. */
  private named(value: JsonObject, where: JsonPointer): void {
    for (const [name, entry] of Object.entries(value)) {
      const at = pointer(where, name);
      if (FAILURE.has(name)) this.onFailure = this.find(entry, at);
      else if (SUCCESS.has(name) || isJsonObject(entry)) this.entry(entry, at);
      else this.refuse(at, 'of named transitions success and failure are known');
    }
  }

  /** One target, or several. */
  private list({ value, where, field }: Said): void {
    if (Array.isArray(value)) (value as Json[]).forEach((entry, index) => this.entry(entry, pointer(where, index)));
    else if (typeof value === 'string') this.entry(value, where);
    else if (field === 'next' && isJsonObject(value)) this.named(value, where);
    else this.translation.faults.push(fault('wrong_type', where, { expected: 'a task id, or a list of them' }));
  }

  /** A task id, or an object with a target and a condition. A list under one name leads to each of its targets. */
  private entry(entry: Json, where: JsonPointer): void {
    if (Array.isArray(entry)) {
      (entry as Json[]).forEach((inner, index) => this.entry(inner, pointer(where, index)));
      return;
    }
    if (!isJsonObject(entry)) {
      const to = this.find(entry, where);
      if (to !== undefined) this.ways.push({ to, where, when: undefined });
      return;
    }
    const field = [...TARGETS, 'id', 'start'].find((name) => entry[name] !== undefined) ?? 'to';
    const to = this.find(entry[field], pointer(where, field));
    if (entry.automatic === false)
      this.refuse(pointer(where, 'automatic'), 'a transition that a person makes is written as an approval');
    const said = CONDITIONS.find((name) => entry[name] !== undefined && entry[name] !== null);
    const condition = said === undefined ? null : (entry[said] as Json);
    if (to === undefined) return;
    if (said === undefined || ALWAYS.has(condition)) {
      this.ways.push({ to, where, when: undefined });
      return;
    }
    const { faults, namesAfter: names } = this.translation;
    const when = translateCondition({ field: said, value: condition, where: pointer(where, said) }, { names, faults });
    if (when !== undefined) this.ways.push({ to, where, when });
  }

  /** `default`, and `condition` with `then` and `else`. Whether there are the latter. */
  private choice(): boolean {
    const { words, faults, namesAfter: names } = this.translation;
    const then = words.take('then', 'on_true');
    const otherwise = words.take('else', 'on_false') ?? words.take('default', 'default_transition');
    if (then) {
      const condition = words.take('condition');
      if (!condition) faults.push(fault('required_field', words.task.where, { field: 'condition' }));
      const to = this.find(then.value, then.where);
      const when = condition && translateCondition(condition, { names, faults });
      if (to !== undefined && when !== undefined) this.ways.push({ to, where: then.where, when });
    }
    const target = otherwise && this.find(targetIn(otherwise.value), otherwise.where);
    if (target !== undefined && otherwise) this.otherwise = { to: target, where: otherwise.where, when: undefined };
    return then !== undefined;
  }

  private sources(): readonly Way[] {
    const said = this.translation.words.take('sources');
    if (!said) return [];
    const list = typeof said.value === 'string' ? [said.value] : said.value;
    if (!Array.isArray(list)) {
      this.translation.faults.push(fault('wrong_type', said.where, { expected: 'a list of task ids' }));
      return [];
    }
    return (list as Json[]).flatMap((reference, index) => {
      const where = typeof said.value === 'string' ? said.where : pointer(said.where, index);
      const to = this.find(reference, where);
      return to === undefined ? [] : [{ to, where, when: undefined }];
    });
  }

  private find(reference: Json | undefined, where: JsonPointer): string | undefined {
    const { faults, known, resolve } = this.translation;
    const id = typeof reference === 'string' ? resolve(reference) : undefined;
    if (id === undefined)
      faults.push(fault('unknown_task', where, { id: typeof reference === 'string' ? reference : '', known }));
    return id;
  }

  private refuse(where: JsonPointer, reason: string): void {
    this.translation.faults.push(fault('dialect_unmapped', where, { reason }));
  }
}

const targetIn = (value: Json): Json | undefined =>
  isJsonObject(value) ? value[TARGETS.find((name) => value[name] !== undefined) ?? 'to'] : value;

const saysMore = (entry: Json): boolean => isJsonObject(entry) && Object.keys(entry).some((name) => !KNOWN.has(name));
