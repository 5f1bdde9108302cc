import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import { conditionExpression } from './conditions.js';
import { Untranslatable } from './expression-text.js';
import type { ForeignTask, Translation } from './foreign-task.js';

/** The `steps` dialect (D4): edges are written as transitions. */
export const isStepsDocument = (definition: JsonObject): boolean =>
  definition.tasks === undefined && definition.steps !== undefined;

interface Edges {
  readonly tasks: readonly ForeignTask[];
  readonly canonical: Map<string, Record<string, Json>>;
  readonly translation: Translation;
}

interface Transition {
  readonly to: string;
  /** Inside of a CEL expression; absent: always. */
  readonly when: string | undefined;
}

/** Adds the edges that tasks give to others: `next` (D5), `transitions`, `branches`, `sources`, and turns waits into delays (D4). */
export const addStepEdges = ({ tasks, canonical, translation }: Edges): void => {
  const graph = new EdgeWriter(canonical, translation);
  for (const task of tasks) {
    graph.next(task);
    graph.transitions(task);
    graph.sources(task);
    graph.wait(task);
  }
};

class EdgeWriter {
  constructor(
    private readonly canonical: Map<string, Record<string, Json>>,
    private readonly translation: Translation,
  ) {}

  next({ original, body, where }: ForeignTask): void {
    const said = body.next ?? body.branches;
    const list = typeof said === 'string' ? [said] : Array.isArray(said) ? (said as Json[]) : [];
    const field = body.next === undefined ? 'branches' : 'next';
    if (said !== undefined && said !== null && typeof said !== 'string' && !Array.isArray(said))
      this.report(fault('wrong_type', pointer(where, field), { expected: 'a task id, or a list of them' }));
    list.forEach((entry, index) => {
      const reference = isJsonObject(entry) ? (entry.to ?? entry.id ?? entry.start) : entry;
      const target = this.find(
        reference,
        typeof said === 'string' ? pointer(where, field) : pointer(where, field, index),
      );
      if (target !== undefined) this.depend(target, this.translation.ids.of(original));
    });
  }

  sources({ original, body, where }: ForeignTask): void {
    const own = this.canonical.get(this.translation.ids.of(original));
    if (!own) return;
    if (Array.isArray(body.sources)) {
      (body.sources as Json[]).forEach((reference, index) => {
        const source = this.find(reference, pointer(where, 'sources', index));
        if (source !== undefined) this.depend(this.translation.ids.of(original), source);
      });
    }
    const join = body.join_type;
    if (join === 'any' || typeof join === 'number') own.join = join;
  }

  /** Transitions without a condition are edges; with conditions they are a switch. */
  transitions({ original, body, where }: ForeignTask): void {
    if (!Array.isArray(body.transitions)) {
      const decides = body.type === 'decision' && body.component === undefined;
      if (body.transitions !== undefined && body.transitions !== null)
        this.report(fault('wrong_type', pointer(where, 'transitions'), { expected: 'a list of transitions' }));
      else if (decides) this.report(fault('required_field', where, { field: 'transitions' }));
      return;
    }
    const id = this.translation.ids.of(original);
    const read = (body.transitions as Json[]).flatMap((entry, index) =>
      this.transition(entry, pointer(where, 'transitions', index)),
    );
    if (read.every(({ when }) => when === undefined) && body.type !== 'decision') {
      for (const { to } of read) this.depend(to, id);
      return;
    }
    const branches = read.map(({ to, when }): JsonObject =>
      when === undefined ? { goto: to } : { when: `\${${when}}`, goto: to },
    );
    const unconditional = branches.findIndex((branch) => !('when' in branch));
    if (branches.filter((branch) => !('when' in branch)).length > 1) {
      const reason = 'beside conditions only one transition can be without';
      return this.report(fault('dialect_unmapped', pointer(where, 'transitions'), { reason }));
    }
    const ordered =
      unconditional === -1
        ? branches
        : [...branches.filter((branch) => 'when' in branch), branches[unconditional] as JsonObject];
    this.branch(id, body, ordered);
  }

  /** A step that only decides becomes the switch; one that also acts is followed by it. */
  private branch(id: string, body: JsonObject, branches: readonly JsonObject[]): void {
    const own = this.canonical.get(id) as Record<string, Json>;
    const decides = body.type === 'decision' && body.component === undefined && body.action === undefined;
    if (decides) {
      for (const field of ['type', 'component', 'action', 'input']) delete own[field];
      own.switch = branches;
      return;
    }
    let after = `${id.slice(0, 120)}_next`;
    while (this.canonical.has(after)) after += '_';
    this.canonical.set(after, { switch: branches, depends_on: [id] });
  }

  private transition(entry: Json, where: string): Transition[] {
    const to = isJsonObject(entry) ? this.find(entry.to ?? entry.target, `${where}/to`) : this.find(entry, where);
    if (to === undefined) return [];
    const condition = isJsonObject(entry) ? entry.condition : undefined;
    if (condition === undefined || condition === null || condition === 'true' || condition === true)
      return [{ to, when: undefined }];
    try {
      return [{ to, when: conditionExpression(condition, this.translation.names) }];
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      this.report(fault('dialect_unmapped', `${where}/condition`, { reason: error.message }));
      return [];
    }
  }

  wait({ original, body, where }: ForeignTask): void {
    if (body.type !== 'wait' && body.wait_for === undefined) return;
    const own = this.canonical.get(this.translation.ids.of(original));
    const seconds = secondsOf(body);
    if (!own) return;
    if (seconds === undefined) {
      const reason = 'it waits for something other than a length of time';
      return this.report(
        fault('dialect_unmapped', pointer(where, body.wait_for === undefined ? 'type' : 'wait_for'), { reason }),
      );
    }
    delete own.component;
    delete own.action;
    Object.assign(own, { type: 'core/delay', input: { seconds } });
  }

  private find(reference: Json | undefined, where: string): string | undefined {
    const id = typeof reference === 'string' ? this.translation.resolve(reference) : undefined;
    if (id === undefined) {
      const known = this.translation.ids.some;
      this.report(fault('unknown_task', where, { id: typeof reference === 'string' ? reference : '', known }));
    }
    return id;
  }

  private depend(target: string, source: string): void {
    const task = this.canonical.get(target) as Record<string, Json>;
    const needs = (task.depends_on as string[] | undefined) ?? [];
    if (!needs.includes(source)) task.depends_on = [...needs, source];
  }

  private report(found: Fault): void {
    this.translation.faults.push(found);
  }
}

const secondsOf = (body: JsonObject): number | undefined => {
  const places = [
    body,
    ...['wait_for', 'config', 'parameters', 'input'].map((name) => body[name]).filter(isJsonObject),
  ];
  for (const place of places) {
    for (const [name, factor] of [
      ['seconds', 1],
      ['duration', 1],
      ['duration_seconds', 1],
      ['minutes', 60],
      ['hours', 3600],
    ] as const) {
      const value = place[name];
      if (typeof value === 'number' && value >= 0 && place.state_change === undefined) return value * factor;
    }
  }
  return undefined;
};
