import { isJsonObject, pointer, type Json, type JsonObject, type JsonPointer } from '../../kernel/index.js';

/** A task of a foreign document, where it stands and under which id. */
export interface ForeignTask {
  readonly original: string;
  readonly where: JsonPointer;
  readonly body: JsonObject;
  /** Where fields stand that the source does not say in the task itself. */
  readonly moved?: ReadonlyMap<string, JsonPointer>;
  /** Input that is prose: handed on as it is, nothing in it is an expression. */
  readonly told?: JsonObject;
}

/** A field, what it says, and where. */
export interface Said {
  readonly field: string;
  readonly value: Json;
  readonly where: JsonPointer;
}

const INPUT_FIELDS = ['input', 'parameters', 'inputs', 'config'];
/** Where the settings of a construct may stand beside the task itself. */
const HOLDERS = ['config', 'parameters', 'inputs', 'input'];

const isThere = (value: Json | undefined): value is Json => value !== undefined && value !== null;

const isText = (value: Json): boolean => typeof value === 'string';

/** The fields of a foreign task. Each is taken once; what nobody takes is kept as `rest`. */
export class TaskWords {
  private readonly taken = new Set<string>();
  private readonly takenInside = new Map<string, Set<string>>();
  private holders: readonly string[] = HOLDERS;

  constructor(readonly task: ForeignTask) {}

  /** Where a field stands in the source. */
  at(field: string, ...below: (string | number)[]): JsonPointer {
    const { where, moved } = this.task;
    return pointer(moved?.get(field) ?? pointer(where, field), ...below);
  }

  /** What a field says; `null` says nothing. */
  peek(field: string): Json | undefined {
    const value = this.task.body[field];
    return isThere(value) ? value : undefined;
  }

  /** The first of these fields that says something, and that nobody has taken. */
  take(...fields: readonly string[]): Said | undefined {
    return this.takeIf(fields, () => true);
  }

  /** As `take`, of a field that must be a text: anything else stays for `rest`. */
  text(...fields: readonly string[]): string | undefined {
    return this.takeIf(fields, isText)?.value as string | undefined;
  }

  /** Puts back a field that says more than could be used. */
  keep(field: string): void {
    this.taken.delete(field);
  }

  /** Settings may stand in these fields too, before `config`, `parameters` and `input`. */
  hold(...fields: readonly string[]): void {
    const objects = fields.filter((field) => isJsonObject(this.peek(field)));
    for (const field of objects) this.takenInside.set(field, new Set());
    this.holders = [...objects, ...HOLDERS];
  }

  /** The first of these fields in the task, or in what holds its settings. */
  setting(...fields: readonly string[]): Said | undefined {
    return this.take(...fields) ?? this.held(...fields);
  }

  /** As `setting`, of a text; the name of a construct may stand above its settings as well. */
  textSetting(...fields: readonly string[]): Said | undefined {
    return this.takeIf(fields, isText) ?? this.heldIf(fields, isText);
  }

  /** The first of these fields in what holds the settings of the task. */
  held(...fields: readonly string[]): Said | undefined {
    return this.heldIf(fields, () => true);
  }

  private takeIf(fields: readonly string[], accept: (value: Json) => boolean): Said | undefined {
    const isOpen = (name: string): boolean => {
      const value = this.taken.has(name) ? undefined : this.peek(name);
      return value !== undefined && accept(value);
    };
    const field = fields.find(isOpen);
    if (field === undefined) return undefined;
    this.taken.add(field);
    return { field, value: this.task.body[field] as Json, where: this.at(field) };
  }

  private heldIf(fields: readonly string[], accept: (value: Json) => boolean): Said | undefined {
    for (const holder of this.holders) {
      const inside = this.taken.has(holder) ? undefined : this.peek(holder);
      if (!isJsonObject(inside)) continue;
      const used = this.takenInside.get(holder) ?? new Set();
      const field = fields.find((name) => isThere(inside[name]) && !used.has(name) && accept(inside[name]));
      if (field === undefined) continue;
      this.takenInside.set(holder, used.add(field));
      return { field, value: inside[field] as Json, where: this.at(holder, field) };
    }
    return undefined;
  }

  /** Everything that is the input of the task: more than one field is for the caller to refuse. */
  inputs(): readonly Said[] {
    return INPUT_FIELDS.flatMap((field) => {
      if (this.taken.has(field)) return [];
      const value = this.peek(field);
      this.taken.add(field);
      if (value === undefined) return [];
      const left = this.left(field, value);
      return isJsonObject(left) && Object.keys(left).length === 0
        ? []
        : [{ field, value: left, where: this.at(field) }];
    });
  }

  /** What nobody took. */
  rest(): JsonObject {
    const rest = Object.entries(this.task.body).flatMap(([field, value]) => {
      if (value === null || this.taken.has(field)) return [];
      const left = this.left(field, value);
      const isEmpty = this.takenInside.has(field) && Object.keys(left as JsonObject).length === 0;
      return isEmpty ? [] : [[field, left] as const];
    });
    return Object.fromEntries(rest);
  }

  private left(field: string, value: Json): Json {
    const used = this.takenInside.get(field);
    if (!used || !isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !used.has(name)));
  }
}
