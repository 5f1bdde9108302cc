import { fault, type Fault, type JsonObject, type JsonPointer } from '../../../kernel/index.js';
import { readRoutes, type Link, type Routes, type Way } from './routes.js';
import type { CanonicalTask, Translation } from '../translation.js';

export interface EdgeOptions {
  readonly translations: readonly Translation[];
  readonly canonical: Map<string, CanonicalTask>;
  readonly faults: Fault[];
  /** Edges written apart from the tasks, by the canonical id of the task they leave. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  /** The tasks run one after the other when they name no edge at all. */
  readonly inOrder: boolean;
  /** What tasks wait for beside what they say themselves. */
  readonly further: ReadonlyMap<string, ReadonlySet<string>>;
  /** A task id that nothing in the document has. */
  readonly fresh: (wanted: string) => string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly where: JsonPointer | undefined;
}

/** Adds the edges that tasks give to others, and makes conditional ones switches. */
export const addEdges = (options: EdgeOptions): void => {
  const writer = new EdgeWriter(options);
  for (const translation of options.translations) writer.read(translation);
  writer.write();
};

class EdgeWriter {
  private readonly plain: Edge[] = [];
  private readonly choices: { readonly id: string; readonly routes: Routes }[] = [];
  /** Predecessors of each task, in the order they were named. */
  private readonly needs = new Map<string, Set<string>>();

  constructor(private readonly options: EdgeOptions) {
    for (const [id, { depends_on: said }] of options.canonical)
      this.needs.set(
        id,
        new Set([...((said as readonly string[] | undefined) ?? []), ...(options.further.get(id) ?? [])]),
      );
  }

  read(translation: Translation): void {
    const { id } = translation;
    const routes = readRoutes(translation, this.options.links.get(id) ?? []);
    const own = this.options.canonical.get(id) as CanonicalTask;
    for (const { to, where } of routes.sources) this.plain.push({ from: to, to: id, where });
    if (routes.onFailure !== undefined) own.on_error ??= { goto: routes.onFailure };
    const isChoice =
      routes.decides || routes.otherwise !== undefined || routes.ways.some(({ when }) => when !== undefined);
    if (isChoice) this.choices.push({ id, routes });
    else for (const { to, where } of routes.ways) this.plain.push({ from: id, to, where });
  }

  write(): void {
    const { translations, canonical, inOrder } = this.options;
    const hasEdges =
      this.plain.length + this.choices.length > 0 || [...this.needs.values()].some(({ size }) => size > 0);
    if (inOrder && !hasEdges)
      translations.slice(1).forEach(({ id }, index) => {
        this.plain.push({ from: (translations[index] as Translation).id, to: id, where: undefined });
      });
    this.refuseWaysBack();
    for (const { from, to } of this.plain) this.needs.get(to)?.add(from);
    // Whether a way is taken is the switch's to say: nothing may lead to its end beside it.
    for (const { id, routes } of this.choices) for (const { to } of waysOf(routes)) this.needs.get(to)?.delete(id);
    const incoming = this.incoming();
    for (const choice of this.choices) this.choose(choice.id, choice.routes, incoming);
    for (const [id, needs] of this.needs) {
      const task = canonical.get(id);
      if (task && needs.size > 0) task.depends_on = [...needs];
    }
  }

  /** How many tasks lead to each. */
  private incoming(): ReadonlyMap<string, ReadonlySet<string>> {
    const incoming = new Map([...this.needs].map(([id, needs]) => [id, new Set(needs)]));
    for (const { id, routes } of this.choices) for (const { to } of waysOf(routes)) incoming.get(to)?.add(id);
    return incoming;
  }

  private choose(id: string, routes: Routes, incoming: ReadonlyMap<string, ReadonlySet<string>>): void {
    const passages = new Map<string, string>();
    const goto = ({ to, when }: Way): JsonObject => {
      const target = (incoming.get(to)?.size ?? 0) > 1 ? this.passage(id, to, passages) : to;
      return when === undefined ? { goto: target } : { when: `\${${when}}`, goto: target };
    };
    const conditional = routes.ways.filter(({ when }) => when !== undefined);
    const always = routes.ways.filter(({ when }) => when === undefined);
    if (routes.inclusive) {
      this.chooseAll(id, { conditional, always, otherwise: routes.otherwise, goto });
      return;
    }
    const last = [...always, ...(routes.otherwise ? [routes.otherwise] : [])];
    if (last.length > 1) {
      const reason = 'beside conditions only one transition can be without';
      this.options.faults.push(fault('dialect_unmapped', routes.where, { reason }));
      return;
    }
    const branches = [...conditional, ...last].map(goto);
    if (routes.decides) this.becomeSwitch(id, branches);
    else this.follow(id, `${id}_next`, branches);
    if (conditional.some(({ when }) => judges(when, id))) this.task(id).on_error ??= 'continue';
  }

  /** Every way whose condition holds: a switch each, and one for when none does. */
  private chooseAll(
    id: string,
    {
      conditional,
      always,
      otherwise,
      goto,
    }: {
      readonly conditional: readonly Way[];
      readonly always: readonly Way[];
      readonly otherwise: Way | undefined;
      readonly goto: (way: Way) => JsonObject;
    },
  ): void {
    if (this.task(id).type === undefined && this.task(id).component === undefined) this.task(id).type = 'core/noop';
    conditional.forEach((way, index) => this.follow(id, `${id}_${index + 1}`, [goto(way)]));
    const none = conditional.map(({ when }) => `(${when ?? 'true'})`).join(' || ');
    if (otherwise) this.follow(id, `${id}_default`, [goto({ ...otherwise, when: `!(${none || 'false'})` })]);
    for (const way of always) this.follow(id, `${id}_always`, [goto(way)]);
  }

  private becomeSwitch(id: string, branches: readonly JsonObject[]): void {
    const own = this.task(id);
    for (const field of ['type', 'component', 'action', 'input']) delete own[field];
    own.switch = branches;
  }

  private follow(id: string, wanted: string, branches: readonly JsonObject[]): void {
    const after = this.options.fresh(wanted);
    this.options.canonical.set(after, { switch: branches });
    this.needs.set(after, new Set([id]));
  }

  /**
   * A way into a task that others lead to as well. A target of a switch that is not chosen is skipped, but here it runs
   * when any way leads to it: so the switch chooses a passage, and the task waits for that.
   */
  private passage(from: string, to: string, known: Map<string, string>): string {
    const passage = known.get(to) ?? this.options.fresh(`${from.slice(0, 60)}_to_${to.slice(0, 50)}`);
    known.set(to, passage);
    this.options.canonical.set(passage, { type: 'core/noop' });
    this.needs.get(to)?.add(passage);
    return passage;
  }

  private task(id: string): CanonicalTask {
    return this.options.canonical.get(id) as CanonicalTask;
  }

  /** A transition back to what comes before is a loop, which has no bound here. */
  private refuseWaysBack(): void {
    const out = new Map<string, Edge[]>([...this.needs.keys()].map((id) => [id, []]));
    for (const [to, needs] of this.needs) for (const from of needs) out.get(from)?.push({ from, to, where: undefined });
    for (const edge of this.plain) out.get(edge.from)?.push(edge);
    for (const { id, routes } of this.choices)
      for (const { to, where } of waysOf(routes)) out.get(id)?.push({ from: id, to, where });
    for (const { to, where } of waysBack(out)) {
      if (where === undefined) continue; // the validator's to report
      const reason = `it leads back to "${to}"; a loop is written as a task of type loop with max_iterations`;
      this.options.faults.push(fault('dialect_unmapped', where, { reason }));
    }
  }
}

const waysOf = ({ ways, otherwise }: Routes): readonly Way[] => (otherwise ? [...ways, otherwise] : ways);

/** Whether a condition looks at how the task itself ended: then its failure is a way on, not an end. */
const judges = (when: string | undefined, id: string): boolean =>
  when !== undefined && [`tasks.${id}.status`, `tasks.${id}.error`].some((reference) => when.includes(reference));

/** Depth first, without recursion: the edges to a task that is still being explored. */
const waysBack = (out: ReadonlyMap<string, readonly Edge[]>): readonly Edge[] => {
  const found: Edge[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of out.keys()) {
    if (state.has(root)) continue;
    const path = [{ id: root, next: 0 }];
    state.set(root, 'open');
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const edge = out.get(frame.id)?.[frame.next++];
      if (!edge) {
        state.set(frame.id, 'done');
        path.pop();
      } else if (state.get(edge.to) === 'open') found.push(edge);
      else if (!state.has(edge.to)) {
        state.set(edge.to, 'open');
        path.push({ id: edge.to, next: 0 });
      }
    }
  }
  return found;
};
