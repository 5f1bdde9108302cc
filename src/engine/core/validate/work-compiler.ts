import { fault, ownValue, type Json, type JsonObject, type JsonPointer } from '../../../kernel/index.js';
import type {
  CompiledScope,
  LoopWork,
  MapWork,
  Read,
  SwitchWork,
  TaskWork,
  TryWork,
  WaitWork,
  Work,
} from '../definition.js';
import type { Condition, Template } from '../expression/index.js';
import { ERROR_NAME } from '../names.js';
import type { ExpressionCollector } from './expression-collector.js';
import type { TaskDraft } from './task-draft.js';
import { COMPONENT_TASK_TYPE, type DraftBody, type DraftWait, type DraftWork } from './work-draft.js';

/** A body, and the condition that is tested in it. */
export interface CompiledBody {
  readonly scope: CompiledScope;
  /** Some expression in it reads the input of the execution. */
  readonly readsInput: boolean;
  readonly until:
    { readonly condition: Condition; readonly reads: readonly Read[]; readonly readsInput: boolean } | undefined;
}

export interface BodyRequest {
  readonly body: DraftBody;
  /** Names that the body sees beside those around it. */
  readonly names?: readonly string[];
  readonly output?: { readonly source: Json; readonly where: JsonPointer } | undefined;
  /** First values of its variables. */
  readonly state?: { readonly source: JsonObject; readonly where: JsonPointer } | undefined;
  readonly until?: { readonly source: Json; readonly where: JsonPointer };
}

/** What the work of a task is compiled with. */
export interface WorkSurroundings {
  readonly collector: ExpressionCollector;
  /** Undefined when the body has faults. */
  readonly compileBody: (request: BodyRequest) => CompiledBody | undefined;
  readonly indexOf: (id: string) => number | undefined;
}

/** Undefined when something is wrong with it, which has been reported. */
export const compileWork = (draft: TaskDraft, around: WorkSurroundings): Work | undefined => {
  const { work } = draft;
  if (!work) return undefined;
  switch (work.is) {
    case 'task':
      return compileTask(draft, work, around);
    case 'switch':
      return compileSwitch(work, around);
    case 'group': {
      const body = around.compileBody({ body: work.body, output: outputOf(draft), state: stateOf(draft) });
      return body && { is: 'group', body: body.scope, concurrency: work.concurrency };
    }
    case 'race': {
      const body = around.compileBody({ body: work.body });
      return body && { is: 'race', body: body.scope };
    }
    case 'try':
      return compileTry(work, around);
    case 'map':
      return compileMap(draft, work, around);
    case 'loop':
      return compileLoop(draft, work, around);
    default:
      return compileWait(draft, work, around);
  }
};

type Of<K extends DraftWork['is']> = Extract<DraftWork, { is: K }>;

const outputOf = ({ reader }: TaskDraft): BodyRequest['output'] => {
  const source = reader.raw('output');
  return source === undefined ? undefined : { source, where: reader.at('output') };
};

const stateOf = ({ reader }: TaskDraft): BodyRequest['state'] => {
  const source = reader.record('state');
  return source && { source, where: reader.at('state') };
};

/** What of them is no text has been reported. */
const namesOf = ({ credentials }: TaskDraft): TaskWork['credentials'] => {
  if (!credentials || Object.keys(credentials).length === 0) return undefined;
  return credentials as Readonly<Record<string, string>>;
};

/** `component` and `action` stand beside `input` in the document, so faults must point there. */
const compileTask = (draft: TaskDraft, work: Of<'task'>, { collector }: WorkSurroundings): TaskWork | undefined => {
  const { reader } = draft;
  const { type } = work;
  const credentials = namesOf(draft);
  if (type !== COMPONENT_TASK_TYPE || !reader.has('component')) {
    const input = collector.template(work.input, reader.at('input'), { secrets: true });
    return input && { is: 'task', type, input, ...(credentials && { credentials }) };
  }
  for (const field of ['component', 'action']) {
    const text = ownValue(work.input, field);
    if (typeof text === 'string' && text.includes('${')) {
      reader.report(fault('wrong_type', reader.at(field), { expected: 'a name, without expressions' }));
      return undefined;
    }
  }
  const params = collector.template(ownValue(work.input, 'params') ?? {}, reader.at('input'), { secrets: true });
  if (params?.is === 'constant') {
    return { is: 'task', type, input: { is: 'constant', value: { ...work.input, params: params.value } } };
  }
  const names = ['component', 'action'].map((field): readonly [string, Template] => [
    field,
    { is: 'constant', value: ownValue(work.input, field) ?? '' },
  ]);
  return params && { is: 'task', type, input: { is: 'object', entries: [...names, ['params', params]] } };
};

const compileSwitch = (work: Of<'switch'>, { collector, indexOf }: WorkSurroundings): SwitchWork => ({
  is: 'switch',
  branches: work.branches.map(({ when, where, goto }) => ({
    when: collector.condition(when, `${where}/when`),
    goto: indexOf(goto) ?? -1, // reported with the edges
  })),
});

const compileTry = (work: Of<'try'>, { compileBody }: WorkSurroundings): TryWork | undefined => {
  const body = compileBody({ body: work.body });
  const handler = work.catch && compileBody({ body: work.catch, names: [ERROR_NAME] });
  const last = work.finally && compileBody({ body: work.finally });
  return body && { is: 'try', body: body.scope, catch: handler?.scope, finally: last?.scope };
};

const compileMap = (
  draft: TaskDraft,
  work: Of<'map'>,
  { collector, compileBody }: WorkSurroundings,
): MapWork | undefined => {
  const { as, concurrency, tolerate } = work;
  const over = collector.template(work.over, draft.reader.at('map', 'over'));
  const body = compileBody({
    body: work.body,
    names: [as, 'index'],
    output: outputOf(draft),
    state: stateOf(draft),
  });
  return over && body && { is: 'map', over, as, concurrency, tolerate, body: body.scope };
};

const ITERATION = ['index', 'previous'];

const compileLoop = (
  draft: TaskDraft,
  work: Of<'loop'>,
  { collector, compileBody }: WorkSurroundings,
): LoopWork | undefined => {
  const { maxIterations, condition: source } = work;
  const where = draft.reader.at('loop', work.test);
  const request = { body: work.body, names: ITERATION, output: outputOf(draft), state: stateOf(draft) };
  if (work.test === 'until') {
    const body = compileBody({ ...request, until: { source, where } });
    return (
      body?.until && {
        is: 'loop',
        test: { is: 'until', condition: body.until.condition, reads: body.until.reads },
        maxIterations,
        body: body.scope,
      }
    );
  }
  const condition = collector.condition(source, where, ITERATION);
  const body = compileBody(request);
  const test = condition && { is: 'while' as const, condition, reads: collector.reads };
  return body && test && { is: 'loop', test, maxIterations, body: body.scope };
};

const compileWait = ({ reader }: TaskDraft, work: DraftWait, { collector }: WorkSurroundings): WaitWork | undefined => {
  const length = (source: Json | undefined, kind: string, field: string): Template | undefined =>
    source === undefined ? undefined : collector.template(source, reader.at(kind, field));
  const within = (kind: string, source: Json | undefined): Template | undefined => length(source, kind, 'within');
  switch (work.is) {
    case 'wait': {
      const [seconds, until] = (['seconds', 'until'] as const).map((field) => {
        const source = work[field];
        return source === undefined ? undefined : collector.template(source, reader.at('wait', field));
      });
      return (seconds ?? until) && { is: 'wait', seconds, until };
    }
    case 'event': {
      const name = collector.template(work.name, reader.at('event', 'name'));
      const match = collector.condition(work.match, reader.at('event', 'match'), ['event']);
      const since = length(work.since, 'event', 'since');
      return name && { is: 'event', name, match, within: within('event', work.within), since };
    }
    case 'approval': {
      const by = collector.template(work.by, reader.at('approval', 'by'));
      const message = collector.template(work.message, reader.at('approval', 'message'));
      const rest = { within: within('approval', work.within), onTimeout: work.onTimeout };
      return by && message && { is: 'approval', by, message, ...rest };
    }
    case 'webhook':
      return { is: 'webhook', within: within('webhook', work.within) };
    case 'workflow': {
      const input = collector.template(work.input, reader.at('workflow', 'input'));
      return input && { is: 'workflow', name: work.name, version: work.version, input, wait: work.wait };
    }
  }
};
