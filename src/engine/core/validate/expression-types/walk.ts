import type { Fault, JsonObject, Warning } from '../../../../kernel/index.js';
import type { CompiledScope, CompiledTask, Work } from '../../definition.js';
import type { Template } from '../../expression/index.js';
import type { ComponentDirectory, TaskCatalogue } from '../../task-type.js';
import { paramsWanted } from '../component-params.js';
import type { TypeEnvironment } from './check.js';
import { scopeTypes, TypeCheck, type TaskShape } from './scope.js';
import { typeOfSchema } from './schema.js';
import { ANY, simple, type Type } from './type.js';
import { COMPONENT_TASK_TYPE } from '../work-draft.js';

/** A definition whose structure is right. */
export interface TypedDefinition {
  readonly scope: CompiledScope;
  readonly document: JsonObject;
  readonly catalogue: TaskCatalogue;
  readonly components?: ComponentDirectory | undefined;
}

/** Checks all expressions against the schemas of what they read, and inputs against what tasks want. */
export const checkTypes = (
  definition: TypedDefinition,
): { readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] } => {
  const { document, scope } = definition;
  const walk = new TypeWalk(definition);
  const root = { scope, where: '/tasks', around: undefined, names: new Map<string, Type>() };
  walk.scope(root);
  const wanted = scope.output ? typeOfSchema(document.output_schema, { defaults: false }) : ANY;
  walk.check.template(scope.output?.mapping, walk.environment(root), { type: wanted, pointer: '/output' });
  return walk.check;
};

/** A body as the walk goes through it. */
export interface Place {
  readonly scope: CompiledScope;
  /** Pointer of its tasks. */
  readonly where: string;
  readonly around: Place | undefined;
  /** What the constructs around add to what its expressions see. */
  readonly names: ReadonlyMap<string, Type>;
}

const NUMBER = simple('number');
export const ITERATION: readonly (readonly [string, Type])[] = [
  ['index', NUMBER],
  ['previous', ANY],
];

export class TypeWalk {
  readonly check = new TypeCheck();

  constructor(private readonly definition: TypedDefinition) {}

  environment(place: Place): TypeEnvironment {
    const { document } = this.definition;
    const task = (id: string): TaskShape | undefined => {
      for (let level: Place | undefined = place; level; level = level.around) {
        const found = level.scope.byId.get(id);
        if (found) return this.shapeOf(found, level.scope);
      }
      return undefined;
    };
    return new Map([...scopeTypes({ inputSchema: document.input_schema, task }), ...place.names]);
  }

  scope(place: Place): void {
    const environment = this.environment(place);
    for (const task of place.scope.tasks) this.task(task, place, environment);
  }

  private shapeOf({ work }: CompiledTask, scope: CompiledScope): TaskShape {
    switch (work.is) {
      case 'task':
        return { is: 'task', type: this.definition.catalogue.find(work.type) };
      case 'switch':
        return { is: 'switch', targets: work.branches.map(({ goto }) => scope.tasks[goto]?.id ?? '') };
      case 'map':
        return { is: 'map', output: ANY };
      case 'approval':
      case 'webhook':
        return { is: work.is };
      default:
        return { is: 'unknown' };
    }
  }

  private task(task: CompiledTask, place: Place, environment: TypeEnvironment): void {
    const where = `${place.where}/${task.id}`;
    this.check.condition(task.when, environment);
    this.work(task.work, { where, place, environment });
    if (task.set) this.plain(task.set, { where, environment: new Map([...environment, ['output', ANY]]) });
    if (task.limit) this.plain(task.limit.key, { where, environment });
    const undone = new Map([...environment, ['output', ANY]]);
    if (task.compensate) this.work(task.compensate.work, { where: `${where}/compensate`, place, environment: undone });
  }

  private plain(template: Template, at: { readonly where: string; readonly environment: TypeEnvironment }): void {
    this.check.template(template, at.environment, { type: ANY, pointer: at.where });
  }

  private work(work: Work, at: { where: string; place: Place; environment: TypeEnvironment }): void {
    const { where, place, environment } = at;
    const body = (scope: CompiledScope, below: string, more: readonly (readonly [string, Type])[] = []): void => {
      const inner = { scope, where: `${where}/${below}`, around: place, names: new Map([...place.names, ...more]) };
      this.scope(inner);
      if (scope.output) this.plain(scope.output.mapping, { where, environment: this.environment(inner) });
    };
    switch (work.is) {
      case 'task':
        return this.input(work, { where, environment });
      case 'switch':
        for (const { when } of work.branches) this.check.condition(when, environment);
        return;
      case 'group':
        return body(work.body, 'tasks');
      case 'race':
        return body(work.body, 'race');
      case 'try':
        body(work.body, 'try');
        if (work.catch) body(work.catch, 'catch');
        if (work.finally) body(work.finally, 'finally');
        return;
      case 'map':
        this.plain(work.over, { where, environment });
        return body(work.body, 'tasks', [
          [work.as, ANY],
          ['index', NUMBER],
        ]);
      case 'loop':
        if (work.test.is === 'while')
          this.check.condition(work.test.condition, new Map([...environment, ...ITERATION]));
        return body(work.body, 'tasks', ITERATION);
      default:
        return this.wait(work, { where, environment });
    }
  }

  private wait(
    work: Exclude<Work, { is: 'task' | 'switch' | 'group' | 'race' | 'try' | 'map' | 'loop' }>,
    at: { readonly where: string; readonly environment: TypeEnvironment },
  ): void {
    if (work.is === 'event') this.check.condition(work.match, new Map([...at.environment, ['event', ANY]]));
    else if (work.is === 'workflow') this.plain(work.input, at);
  }

  /** `component` and `action` stand beside the input, which is their `params`. */
  private input(
    work: Work & { is: 'task' },
    at: { readonly where: string; readonly environment: TypeEnvironment },
  ): void {
    const { type, input } = work;
    const { catalogue, components } = this.definition;
    const wanted = typeOfSchema(catalogue.find(type)?.input, { defaults: false });
    const pointer = `${at.where}/input`;
    const params = type === COMPONENT_TASK_TYPE ? paramsIn(input) : undefined;
    const schema = paramsWanted(work, components);
    const own = schema ? typeOfSchema(schema, { defaults: false }) : paramsOf(wanted);
    if (params) this.check.template(params, at.environment, { type: own, pointer });
    else this.check.template(input, at.environment, { type: wanted, pointer });
  }
}

const paramsIn = (input: Template): Template | undefined =>
  input.is === 'object' ? input.entries.find(([name]) => name === 'params')?.[1] : undefined;

const paramsOf = (wanted: Type): Type => {
  const object = wanted.is === 'any' ? undefined : wanted.alternatives.find(({ kind }) => kind === 'object');
  return object?.kind === 'object' ? object.fields.field('params').type : ANY;
};
