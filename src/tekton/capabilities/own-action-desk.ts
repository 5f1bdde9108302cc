import { fault, HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { CheckedSchema, SchemaChecker, SchemaProblem } from '../../engine/core/index.js';
import type { ActionCall, Needed, OwnActions } from '../ports/index.js';
import type { OwnAction } from './own-action.js';

interface Known {
  readonly action: OwnAction;
  readonly schema: CheckedSchema;
}

/** What is null was not meant: callers in Python send `None` for it. */
const withoutNulls = (params: Json): Json =>
  isJsonObject(params) ? Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null)) : params;

/** The actions of Harmonia, by name: each with a schema that its calls are held against. */
export class OwnActionDesk implements OwnActions {
  private readonly known: ReadonlyMap<string, Known>;

  constructor(actions: readonly OwnAction[], schemas: SchemaChecker) {
    this.known = new Map(
      actions.map((action) => {
        const schema = schemas.compile(action.params);
        if (!schema.ok) throw new Error(`the schema of ${action.name}: ${schema.error.reason}`);
        return [action.name, { action, schema: schema.value }];
      }),
    );
  }

  list(): readonly { readonly name: string; readonly description: string }[] {
    return [...this.known.values()].map(({ action: { name, description } }) => ({ name, description }));
  }

  needed(action: string): Needed {
    return this.mustFind(action).action.needed;
  }

  schema(action: string): JsonObject {
    return this.mustFind(action).action.params;
  }

  async call({ action: name, params, key }: ActionCall): Promise<JsonObject> {
    const { action, schema } = this.mustFind(name);
    const given = withoutNulls(params);
    const problems = schema.check(given);
    if (problems.length > 0 || !isJsonObject(given)) throw misfit(problems);
    return action.run(given, key);
  }

  private mustFind(action: string): Known {
    const found = this.known.get(action);
    if (!found) throw new HarmoniaError('action_not_found', { component: 'harmonia', action: action.slice(0, 100) });
    return found;
  }
}

const MOST_SHOWN = 50;

const misfit = (problems: readonly SchemaProblem[]): HarmoniaError => {
  const shown = problems.slice(0, MOST_SHOWN);
  const faults = shown.map(({ pointer, reason }) => fault('schema_mismatch', pointer, { reason }));
  return new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });
};
