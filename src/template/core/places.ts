import { isJsonObject, pointer, type Json, type JsonObject, type JsonPointer } from '../../kernel/index.js';

/** What kind of text stands at a place of a definition. */
export type PlaceKind =
  /** Read as it is, never evaluated: names, descriptions, metadata, schemas. */
  | 'note'
  /** Evaluated when the workflow runs: JSON of every kind, with `${…}` in its texts. */
  | 'data'
  /** Likewise, and it says how a task runs: one plain value or a list of them, never an object. */
  | 'setting'
  /** A value for a parameter of an included template: nothing is evaluated there. */
  | 'given'
  /** Says what the graph is: no parameter may stand there. */
  | 'structure';

export interface Place {
  readonly kind: PlaceKind;
  readonly pointer: JsonPointer;
  /** Secrets are seen by the input of tasks only. */
  readonly secrets: boolean;
}

/** Gives another value for the text of a place. */
export type Rewrite = (text: string, place: Place) => Json;

const BODIES: ReadonlySet<string> = new Set(['tasks', 'try', 'catch', 'finally', 'race']);
const TASKS: ReadonlySet<string> = new Set(['compensate', 'on_complete', 'on_failure']);
const NOTES: ReadonlySet<string> = new Set([
  ...['name', 'description', 'metadata', 'tags', 'version', 'input_schema', 'output_schema'],
]);
const DATA: ReadonlySet<string> = new Set(['output', 'state', 'set', 'over']);
/** Fields whose texts name tasks, variables or kinds of tasks. */
const STRUCTURE: ReadonlySet<string> = new Set(['type', 'depends_on', 'goto', 'as', 'join', 'template', 'extends']);

class Walk {
  constructor(private readonly rewrite: Rewrite) {}

  /** The fields of a document or of a task. */
  body(object: JsonObject, where: JsonPointer, isTask: boolean): JsonObject {
    return mapEntries(object, (field, value) => this.field(field, value, { where: pointer(where, field), isTask }));
  }

  private field(field: string, value: Json, { where, isTask }: { where: JsonPointer; isTask: boolean }): Json {
    if (BODIES.has(field)) return this.tasks(value, where);
    if (TASKS.has(field)) return this.task(value, where);
    if (field === 'include' && isJsonObject(value)) return this.include(value, where);
    if (field === 'workflow' && isJsonObject(value))
      return mapEntries(value, (name, inner) =>
        this.all(inner, { kind: name === 'input' ? 'data' : 'setting', pointer: pointer(where, name), secrets: false }),
      );
    if (field === 'input' && isTask) return this.all(value, { kind: 'data', pointer: where, secrets: true });
    if (NOTES.has(field)) return this.all(value, { kind: 'note', pointer: where, secrets: false });
    return this.all(value, { kind: kindOf(field, 'setting'), pointer: where, secrets: false });
  }

  private tasks(value: Json, where: JsonPointer): Json {
    if (!isJsonObject(value)) return this.all(value, { kind: 'structure', pointer: where, secrets: false });
    return mapEntries(value, (id, task) => this.task(task, pointer(where, id)));
  }

  private task(value: Json, where: JsonPointer): Json {
    if (isJsonObject(value)) return this.body(value, where, true);
    return this.all(value, { kind: 'structure', pointer: where, secrets: false });
  }

  private include(value: JsonObject, where: JsonPointer): Json {
    return mapEntries(value, (name, inner) => {
      const kind = name === 'parameters' ? 'given' : 'structure';
      return this.all(inner, { kind, pointer: pointer(where, name), secrets: kind === 'given' });
    });
  }

  /** Every text of a value. */
  private all(value: Json, place: Place): Json {
    if (typeof value === 'string') return this.rewrite(value, place);
    if (typeof value !== 'object' || value === null) return value;
    const inside = (token: string | number): Place => ({ ...place, pointer: pointer(place.pointer, token) });
    if (Array.isArray(value)) return (value as Json[]).map((entry, index) => this.all(entry, inside(index)));
    return mapEntries(value as JsonObject, (key, entry) => {
      const kind = place.kind === 'setting' ? kindOf(key, 'setting') : place.kind;
      return this.all(entry, { ...inside(key), kind });
    });
  }
}

const kindOf = (field: string, otherwise: PlaceKind): PlaceKind =>
  STRUCTURE.has(field) ? 'structure' : DATA.has(field) ? 'data' : otherwise;

/** `fromEntries` defines own properties, `__proto__` included: it never reaches a prototype. */
const mapEntries = (object: JsonObject, of: (key: string, value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, of(key, value)]));

/** A definition in the canonical form with every text rewritten. Keys stay as they are; the argument is left alone. */
export const rewriteDefinition = (definition: JsonObject, rewrite: Rewrite): JsonObject =>
  new Walk(rewrite).body(definition, '', false);
