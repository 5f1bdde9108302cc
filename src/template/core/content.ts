import { isJsonObject, pointer, type Json, type JsonObject } from '../../kernel/index.js';

/** What a version of a template holds. Immutable. */
export interface TemplateContent {
  /** In the canonical form, with `{{params.x}}`; of one that extends another the part that differs. */
  readonly definition: JsonObject;
  /** As it was sent: what an export gives back. */
  readonly source: JsonObject;
  readonly dialect: string;
  /** As they were sent: a map by name, or a list. */
  readonly parameters: Json;
  /** Defaults that the definition states, for parameters that state none. */
  readonly defaults: JsonObject;
  /** The template that this one extends. */
  readonly extends?: string;
}

/** One version of a template, where it was asked for. */
export interface FoundTemplate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly content: TemplateContent;
}

/** A use of another template, by a task. */
export interface Inclusion {
  readonly reference: string;
  readonly parameters: JsonObject;
}

const BODIES = ['tasks', 'try', 'catch', 'finally', 'race'];

/** The `include` of a task. */
export const inclusionOf = (task: Json): Inclusion | undefined => {
  const said = isJsonObject(task) ? task.include : undefined;
  if (typeof said === 'string') return { reference: said, parameters: {} };
  if (!isJsonObject(said) || typeof said.template !== 'string') return undefined;
  return { reference: said.template, parameters: isJsonObject(said.parameters) ? said.parameters : {} };
};

/** Every task that says `include`, at any depth, with where it stands. */
export const includingTasks = (
  definition: JsonObject,
  where = '',
): readonly { readonly task: JsonObject; readonly pointer: string }[] =>
  BODIES.flatMap((field) => {
    const body = definition[field];
    if (!isJsonObject(body)) return [];
    return Object.entries(body).flatMap(([id, task]) => {
      if (!isJsonObject(task)) return [];
      const at = pointer(where, field, id);
      return [...(task.include === undefined ? [] : [{ task, pointer: at }]), ...includingTasks(task, at)];
    });
  });

/** Whether a definition makes use of other templates. */
export const includesAny = (definition: JsonObject): boolean => includingTasks(definition).length > 0;

/** The templates that a content names itself. */
export const referencesOf = ({
  definition,
  extends: parent,
}: Pick<TemplateContent, 'definition' | 'extends'>): readonly string[] => {
  const included = includingTasks(definition).flatMap(({ task }) => inclusionOf(task)?.reference ?? []);
  return [...new Set([...(parent === undefined ? [] : [parent]), ...included])];
};
