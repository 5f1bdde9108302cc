import { Chance } from '../../../src/kernel/chance.js';
import type { Json } from '../../../src/kernel/index.js';
import { ACTIONS } from './surroundings.js';
import { copyOf, namesIn, type Document, type Fields, type Tasks } from './document.js';

/** How much of the language random workflows use. */
export interface Shape {
  /** Tasks of the workflow, those of bodies included. */
  readonly most: number;
  /** 0: tasks of plugins only. 1: constructs as often as not. */
  readonly constructs: number;
  /** Share of tasks with conditions, handlers, joins, retries, limits and so on. */
  readonly features: number;
  /** Share of constructs that are maps, loops and groups, whatever else there is; default 0. */
  readonly bodies?: number;
}

export const FULL: Shape = { most: 6, constructs: 0.3, features: 0.5 };
/** Bodies that run for items and iterations, with something in them. */
export const HOLDING: Shape = { most: 7, constructs: 0.45, features: 0.4, bodies: 0.8 };
/** Nothing but tasks and their edges. */
export const FLAT: Shape = { most: 5, constructs: 0, features: 0 };

/** Something that an expression may read. */
interface Known {
  readonly id: string;
  readonly kind: string;
  /** It may not have completed: its output must be read with care. */
  readonly mayMiss: boolean;
}

interface Sight {
  readonly known: readonly Known[];
  readonly variables: readonly string[];
}

const KINDS: readonly (readonly [weight: number, kind: string])[] = [
  ...([
    [4, 'group'],
    [4, 'try'],
    [4, 'map'],
    [3, 'loop'],
    [3, 'race'],
    [8, 'switch'],
  ] as const),
  ...([
    [2, 'event'],
    [2, 'approval'],
    [1, 'webhook'],
    [1, 'wait'],
    [2, 'workflow'],
    [1, 'detached'],
  ] as const),
];
const KINDS_WEIGHT = KINDS.reduce((sum, [weight]) => sum + weight, 0);

const MOST_WITH_STATE = 4;
const STATE_IS_SET = '${state.x > 0}';

/** A workflow by its seed: small, valid as a rule, of the whole language. */
export const randomDocument = (seed: number | string, shape: Shape): Document => new Writer(seed, shape).document();

class Writer {
  private readonly chance: Chance;
  private left: number;
  private count = 0;
  private readonly hasState: boolean;

  constructor(
    seed: number | string,
    private readonly shape: Shape,
  ) {
    this.chance = new Chance('document', seed);
    this.left = 2 + this.chance.below(shape.most - 1);
    this.hasState = this.feature(0.15);
    // With variables, it counts when everything begins and ends: there are many more schedules.
    if (this.hasState) this.left = Math.min(this.left, MOST_WITH_STATE);
  }

  private feature(probability: number): boolean {
    return this.chance.happens(probability * 2 * this.shape.features);
  }

  document(): Document {
    const sight = { known: [], variables: this.hasState ? ['state.x'] : [] };
    // What is left over is for the bodies of constructs.
    const most = this.shape.constructs > 0 ? 1 + this.chance.below(this.left) : this.left;
    const { tasks, known } = this.scope(sight, most);
    const output = this.chance.happens(0.6) ? this.output(known) : undefined;
    return {
      name: 'random',
      ...(this.feature(0.06) && { fail_fast: true }),
      ...(this.feature(0.05) && { concurrency: 1 + this.chance.below(2) }),
      ...(this.feature(0.04) && { on_failure: { type: 't/send', input: { of: 'failure' } } }),
      ...(this.feature(0.02) && { timeout: 100 }),
      ...(this.hasState && { state: { x: 0 } }),
      ...(output && { output }),
      tasks,
    };
  }

  private output(known: readonly Known[]): Fields {
    const output: Fields = {};
    for (let index = 0; index <= this.chance.below(2); index++) {
      const one = this.chance.pick(known);
      output[`r${index}`] = this.reading(one);
    }
    if (this.hasState && this.chance.happens(0.4)) output.x = '${state.x}';
    return output;
  }

  /** Up to so many tasks that see what is around them. */
  private scope(around: Sight, most: number): { tasks: Tasks; known: readonly Known[] } {
    const written: [string, Fields][] = [];
    const own: Known[] = [];
    const count = Math.max(1, Math.min(most, this.left));
    this.left -= count;
    for (let index = 0; index < count; index++) {
      const id = `${'abcdefghijklmnopqrstuvwxyz'[this.count % 26]}${Math.floor(this.count++ / 26) || ''}`;
      const task = this.task({ around, own, written });
      written.push([id, task.fields]);
      own.push({ id, kind: task.kind, mayMiss: task.mayMiss });
    }
    this.choose(written);
    if (this.chance.happens(0.25)) written.sort(() => this.chance.next() - 0.5);
    return { tasks: Object.fromEntries(written), known: own };
  }

  private task(place: { around: Sight; own: readonly Known[]; written: readonly (readonly [string, Fields])[] }): {
    fields: Fields;
    kind: string;
    mayMiss: boolean;
  } {
    const { around, own, written } = place;
    const before = { known: [...around.known, ...own], variables: around.variables };
    if (written.length > 0 && this.chance.happens(0.2)) {
      const [id, again] = this.chance.pick(written);
      const known = own.find((one) => one.id === id) as Known;
      if (known.kind === 'task') return { fields: copyOf(again), kind: 'task', mayMiss: known.mayMiss };
    }
    const kind = this.chance.happens(this.shape.constructs) ? this.kind() : 'task';
    const fields = this.work(kind, before);
    const needs = this.someOf(own, 0.3).map(({ id }) => id);
    if (needs.length > 0) fields.depends_on = needs;
    const mayMiss = this.decorate(fields, kind, { before, own });
    return { fields, kind, mayMiss };
  }

  private someOf<T>(list: readonly T[], probability: number): T[] {
    return list.filter(() => this.chance.happens(probability));
  }

  private kind(): string {
    if (this.chance.happens(this.shape.bodies ?? 0)) return this.chance.pick(['map', 'map', 'loop', 'group']);
    let at = this.chance.next() * KINDS_WEIGHT;
    for (const [weight, kind] of KINDS) if ((at -= weight) < 0) return kind;
    return 'group';
  }

  private work(kind: string, sight: Sight): Fields {
    const scope = (variables: readonly string[], most: number): ReturnType<Writer['scope']> =>
      this.scope({ ...sight, variables: [...sight.variables, ...variables] }, 1 + this.chance.below(most));
    const inside = (variables: readonly string[] = [], most = 2): Tasks => scope(variables, most).tasks;
    const body = (variables: readonly string[] = [], most = 2): Fields => {
      const { tasks, known } = scope(variables, most);
      return { tasks, ...(this.feature(0.2) && { output: this.output(known) }) };
    };
    switch (kind) {
      case 'group':
        return {
          ...body([], 3),
          ...(this.feature(0.1) && { concurrency: 1 }),
        };
      case 'race':
        return { race: inside([], 2) };
      case 'try':
        return {
          try: inside(),
          ...(this.chance.happens(0.7) && { catch: inside(['error.?code.orValue("none")'], 1) }),
          ...(this.chance.happens(0.3) && { finally: inside([], 1) }),
        };
      case 'map':
        return {
          map: {
            over: this.list(sight),
            ...(this.feature(0.3) && { concurrency: 1 }),
            ...(this.feature(0.3) && { tolerate: 1 }),
          },
          ...body(['item', 'index']),
        };
      case 'loop':
        return { loop: this.loop(sight), ...body(['index']) };
      default:
        return this.simple(kind, sight);
    }
  }

  private loop(sight: Sight): Fields {
    const rounds = this.chance.below(3);
    const [known] = sight.known;
    if (known && this.chance.happens(0.2)) return { until: this.condition(sight), max_iterations: 2 };
    return this.chance.happens(0.6)
      ? { while: `\${index < ${rounds}}`, max_iterations: 1 + this.chance.below(3) }
      : { until: `\${index >= ${rounds}}`, max_iterations: 2 };
  }

  private simple(kind: string, sight: Sight): Fields {
    switch (kind) {
      case 'switch':
        return { switch: [] };
      case 'event':
        return {
          event: { name: this.chance.pick(['paid', 'paid', 'sent']), ...(this.feature(0.4) && { within: 60 }) },
        };
      case 'approval': {
        const onTimeout = this.chance.pick(['fail', 'approve', 'reject']);
        const { chance } = this;
        return {
          approval: {
            ...(chance.happens(0.5) && { message: `asks ${String(this.value(sight))}` }),
            ...(this.feature(0.4) && { within: 60, on_timeout: onTimeout }),
          },
        };
      }
      case 'webhook':
        return { webhook: { within: 60 } };
      case 'wait':
        return { wait: { seconds: 5 } };
      case 'workflow':
        return { workflow: { name: 'child', input: { x: this.value(sight) } } };
      case 'detached':
        return { workflow: { name: 'child', input: { x: this.value(sight) }, wait: false } };
      default:
        return this.plugin(sight);
    }
  }

  private plugin(sight: Sight): Fields {
    const at = this.chance.next();
    const does = at < 0.4 ? 'pure' : at < 0.6 ? 'read' : at < 0.67 ? 'idempotent' : 'write';
    const input: Fields = { n: this.chance.below(2) };
    for (const known of this.someOf(sight.known, 0.35)) input[`of_${known.id}`] = this.reading(known);
    for (const name of this.someOf(sight.variables, 0.5)) input[`v${Object.keys(input).length}`] = `\${${name}}`;
    if (this.chance.happens(0.15)) input.f = this.chance.pick(['${input.n}', '${input.flag}', 'text ${input.n}']);
    if (this.feature(0.02)) input.u = '${uuid()}';
    if (this.feature(0.03)) return { type: 'core/delay', input: { seconds: 1 } };
    if (this.feature(0.06))
      return { type: 'tekton/action', input: { component: 'c', action: this.chance.pick(['x', 'y']), ...input } };
    if (does === 'write' && this.feature(0.04)) return { type: 't/retried', input };
    return { type: this.chance.pick(ACTIONS[does]), input };
  }

  /** What makes a task more than its work. True: it may not complete though the workflow does. */
  private decorate(fields: Fields, kind: string, { before, own }: { before: Sight; own: readonly Known[] }): boolean {
    const isPlugin = kind === 'task';
    let mayMiss = false;
    if (this.feature(0.15)) {
      fields.when = this.condition(before);
      mayMiss = true;
    }
    const needs = new Set([...((fields.depends_on as string[] | undefined) ?? []), ...namesIn(fields)]);
    const siblings = own.filter(({ id }) => needs.has(id)).length;
    if (siblings >= 2 && this.feature(0.15)) fields.join = this.chance.pick<Json>(['any', 2]);
    if (this.feature(0.12) && kind !== 'switch') {
      fields.on_error = this.chance.pick<Json>([
        'continue',
        'continue',
        [{ class: 'broken', then: 'continue' }],
        'goto',
      ]);
      mayMiss = true;
    }
    if (this.feature(0.07)) fields.priority = this.chance.below(5);
    if (this.feature(0.06) && kind !== 'switch') fields.timeout = 10;
    if (this.hasState && kind !== 'switch' && this.chance.happens(0.5)) {
      fields.set = { x: isPlugin && this.chance.happens(0.7) ? '${output.n}' : this.count };
    }
    if (isPlugin) this.decoratePlugin(fields);
    return mayMiss;
  }

  private decoratePlugin(fields: Fields): void {
    if (this.feature(0.12)) {
      const policy: Fields = { max_retries: 1 + this.chance.below(2), initial_delay: 0, jitter: 0 };
      if (this.feature(0.2)) policy.non_retryable = ['odd'];
      fields.retry_policy = policy;
    }
    if (this.feature(0.05)) fields.cache = { ttl: 60, ...(this.feature(0.3) && { key: '${input.n}' }) };
    if (this.feature(0.04)) fields.concurrency_key = 'k';
    if (this.feature(0.07)) fields.compensate = { type: 't/send', input: { undo: '${output.n}' } };
    if (this.feature(0.06)) fields.effects = this.chance.pick(['pure', 'read', 'write']);
  }

  /** Switches and handlers choose among what comes later. */
  private choose(written: [string, Fields][]): void {
    written.forEach(([, fields], index) => {
      const later = written.slice(index + 1).map(([id]) => id);
      if (fields.on_error === 'goto') {
        if (later.length > 0) fields.on_error = { goto: this.chance.pick(later) };
        else fields.on_error = 'continue';
      }
      if (!Array.isArray(fields.switch)) return;
      if (later.length === 0) {
        delete fields.switch;
        Object.assign(fields, { type: 'core/noop' });
        return;
      }
      fields.switch = [
        {
          when: this.chance.pick([
            ...['${input.flag}', '${input.n > 0}', '${input.n == 1}'],
            ...(this.hasState ? [STATE_IS_SET, STATE_IS_SET] : []),
          ]),
          goto: this.chance.pick(later),
        },
        ...(this.chance.happens(0.6) ? [{ goto: this.chance.pick(later) }] : []),
      ];
    });
  }

  private condition({ known }: Sight): string {
    if (this.hasState && this.chance.happens(0.35)) return STATE_IS_SET;
    const at = this.chance.next();
    if (known.length === 0 || at < 0.3) return this.chance.pick(['${input.flag}', '${!input.flag}', '${input.n > 0}']);
    const { id, kind, mayMiss } = this.chance.pick(known);
    if (at < 0.45) return `\${tasks.${id}.status == "completed"}`;
    if (kind !== 'task') return `\${tasks.${id}.output != null}`;
    return mayMiss ? `\${tasks.${id}.?output.?ok.orValue(false)}` : `\${tasks.${id}.output.ok}`;
  }

  private list({ known }: Sight): Json {
    const given = known.filter(({ kind, mayMiss }) => kind === 'task' && !mayMiss);
    if (this.hasState && this.chance.happens(0.3)) return '${state.x > 0 ? [1] : []}';
    const at = this.chance.next();
    if (given.length > 0 && at < 0.4) return `\${tasks.${this.chance.pick(given).id}.output.items}`;
    return this.chance.pick<Json>([[1, 2], [1, 2], [1, 1], ['x'], [], '${input.items}', { p: 1, q: 2 }]);
  }

  private value(sight: Sight): Json {
    return sight.known.length > 0 && this.chance.happens(0.5)
      ? this.reading(this.chance.pick(sight.known))
      : this.chance.pick<Json>([0, 1, '${input.n}']);
  }

  private reading({ id, kind, mayMiss }: Known): string {
    if (kind === 'task' && mayMiss && this.chance.happens(0.7)) return `\${tasks.${id}.?output.?v.orValue("none")}`;
    if (this.chance.happens(0.06)) return `\${tasks.${id}.status}`;
    if (kind !== 'task') return `\${tasks.${id}.output}`;
    return this.chance.pick([`\${tasks.${id}.output.v}`, `\${tasks.${id}.output.n}`, `\${tasks.${id}.output}`]);
  }
}
