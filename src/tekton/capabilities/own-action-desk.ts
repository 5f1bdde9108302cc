import { fault, HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { CheckedSchema, SchemaChecker, SchemaProblem } from '../../engine/core/index.js';
import type { ActionCall, Needed, OwnActions } from '../ports/index.js';
import type { OwnAction } from './own-action.js';

/** What is null was not meant: callers in Python send `None` for it. */
const withoutNulls = (params: Json): Json =>
  isJsonObject(params) ? Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null)) : params;

/** The actions of Harmonia, by name: each with a schema that its calls are held against. */
export class OwnActionDesk implements OwnActions {
  private readonly known: ReadonlyMap<string, OwnAction>;
  /** Compiled when an action is first called: all of them would take a start some 50 ms. */
  private readonly compiled = new Map<OwnAction, CheckedSchema>();

  constructor(
    actions: readonly OwnAction[],
    private readonly schemas: SchemaChecker,
  ) {
    this.known = new Map(actions.map((action) => [action.name, action]));
  }

  list(): readonly { readonly name: string; readonly description: string }[] {
    return [...this.known.values()].map(({ name, description }) => ({ name, description }));
  }

  needed(action: string): Needed {
    return this.mustFind(action).needed;
  }

  schema(action: string): JsonObject {
    return this.mustFind(action).params;
  }

  async call({ action: name, params, key }: ActionCall): Promise<JsonObject> {
    const action = this.mustFind(name);
    const given = withoutNulls(params);
    const problems = this.schemaOf(action).check(given);
    if (problems.length > 0 || !isJsonObject(given)) throw misfit(problems);
    return action.run(given, key);
  }

  private schemaOf(action: OwnAction): CheckedSchema {
    const known = this.compiled.get(action);
    if (known) return known;
    const schema = this.schemas.compile(action.params);
    if (!schema.ok) throw new Error(`the schema of ${action.name}: ${schema.error.reason}`);
    this.compiled.set(action, schema.value);
    return schema.value;
  }

  private mustFind(action: string): OwnAction {
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
