import { fault, isJsonObject, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import type { AssembledTemplate } from './assemble.js';
import { bindParameters, type Binding } from './binding.js';
import { inclusionOf, includingTasks } from './content.js';
import { Allowance, fillDefinition, fillGiven, Misplaced, TooLarge } from './fill.js';

const BODIES: ReadonlySet<string> = new Set(['tasks', 'try', 'catch', 'finally', 'race']);

/** What an included definition brings to the group that takes its place. */
const OF_GROUP = ['tasks', 'output', 'state', 'timeout', 'concurrency'];

class Expansion {
  private readonly allowance = new Allowance();
  /** Inputs of included workflows: asked of the one around. */
  readonly inputs = new Map<string, Json>();
  readonly required = new Set<string>();

  constructor(
    private readonly schemas: SchemaChecker,
    private readonly faults: Fault[],
  ) {}

  expand({ definition, included }: AssembledTemplate, binding: Binding): JsonObject {
    const filled = fillDefinition(definition, binding, this.allowance);
    if (includingTasks(filled).length === 0) return filled;
    return this.body(filled, included, binding);
  }

  private body(object: JsonObject, included: AssembledTemplate['included'], binding: Binding): JsonObject {
    return Object.fromEntries(
      Object.entries(object).map(([field, value]) => {
        if (!BODIES.has(field) || !isJsonObject(value)) return [field, value];
        const tasks = Object.entries(value).map(([id, task]) => [id, this.task(task, included, binding)] as const);
        return [field, Object.fromEntries(tasks)];
      }),
    );
  }

  private task(task: Json, included: AssembledTemplate['included'], binding: Binding): Json {
    if (!isJsonObject(task)) return task;
    const inclusion = inclusionOf(task);
    const inner = inclusion && included.get(inclusion.reference);
    if (!inclusion || !inner) return this.body(task, included, binding);
    this.allowance.copy();
    this.allowance.take(JSON.stringify(inner.definition).length);
    const where = '/include/parameters';
    const given = fillGiven(inclusion.parameters, where, { binding, allowance: this.allowance });
    const bound = bindParameters(
      {
        parameters: inner.parameters,
        values: given.values,
        given: given.secrets,
        where,
        schemas: this.schemas,
        credentialFor: () => '',
      },
      this.faults,
    );
    for (const { parameter } of bound.secrets) {
      const reason = `the secret "${parameter}" must come from a secret parameter, or name a credential`;
      this.faults.push(fault('placeholder_not_here', `${where}/${parameter}`, { reason }));
    }
    const { include: _, ...around } = task;
    const document = this.faults.length > 0 ? inner.definition : this.expand(inner, bound.binding);
    this.ask(document, bound.binding);
    return { ...Object.fromEntries(OF_GROUP.flatMap((field) => fieldOf(document, field))), ...around };
  }

  private ask(document: JsonObject, binding: Binding): void {
    const schema = withInputs(document, binding).input_schema;
    if (!isJsonObject(schema)) return;
    for (const [name, property] of Object.entries(isJsonObject(schema.properties) ? schema.properties : {}))
      if (!this.inputs.has(name)) this.inputs.set(name, property);
    if (Array.isArray(schema.required))
      for (const name of schema.required as Json[]) if (typeof name === 'string') this.required.add(name);
  }
}

const fieldOf = (document: JsonObject, field: string): [string, Json][] => {
  const value = document[field];
  return value === undefined ? [] : [[field, value]];
};

/** A parameter that has the name of an input gives that input its default: it need not be sent any more. */
const withInputs = (document: JsonObject, binding: Binding): JsonObject => {
  const schema = document.input_schema;
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return document;
  const given = new Map<string, Json>();
  for (const [name, bound] of binding) {
    const isInput = Object.hasOwn(schema.properties, name);
    if (isInput && bound.is === 'value' && bound.value !== null) given.set(name, bound.value);
  }
  if (given.size === 0) return document;
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    const value = given.get(name);
    return [name, value !== undefined && isJsonObject(property) ? { ...property, default: value } : property] as const;
  });
  const { required, ...rest } = schema;
  const open = (Array.isArray(required) ? (required as Json[]) : []).filter(
    (name) => typeof name !== 'string' || !given.has(name),
  );
  return {
    ...document,
    input_schema: { ...rest, properties: Object.fromEntries(properties), ...(open.length > 0 && { required: open }) },
  };
};

const withAsked = (document: JsonObject, { inputs, required }: Expansion): JsonObject => {
  if (inputs.size === 0) return document;
  const schema = isJsonObject(document.input_schema) ? document.input_schema : { type: 'object' };
  const own = isJsonObject(schema.properties) ? schema.properties : {};
  const needed = Array.isArray(schema.required) ? (schema.required as Json[]) : [];
  const further = [...required].filter((name) => !Object.hasOwn(own, name));
  const all = [...new Set([...needed, ...further])];
  return {
    ...document,
    input_schema: {
      ...schema,
      properties: { ...Object.fromEntries(inputs), ...own },
      ...(all.length > 0 && { required: all }),
    },
  };
};

/** The workflow that a template with values is, in the canonical form: no placeholder is left. Undefined: see the faults. */
export const expandTemplate = (
  assembled: AssembledTemplate,
  { binding, schemas, faults }: { binding: Binding; schemas: SchemaChecker; faults: Fault[] },
): JsonObject | undefined => {
  const expansion = new Expansion(schemas, faults);
  try {
    const document = expansion.expand(assembled, binding);
    return faults.length > 0 ? undefined : withAsked(withInputs(document, binding), expansion);
  } catch (error) {
    if (error instanceof TooLarge)
      faults.push(fault('template_too_large', '', { what: error.what, limit: error.limit }));
    else if (error instanceof Misplaced)
      faults.push(fault('placeholder_not_here', error.pointer, { reason: error.reason }));
    else throw error;
    return undefined;
  }
};
