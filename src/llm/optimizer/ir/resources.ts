import { templateForm, type TaskCatalogue, type TaskType } from '../../../engine/core/index.js';
import { canonicalJson, isJsonObject, type Json } from '../../../kernel/index.js';
import type { PlacedTask } from './task-path.js';

/** Something outside that a task names in its input: two that name it in the same words mean the same. */
export interface Resource {
  /** The kind, the text or expression that names it. */
  readonly name: string;
  readonly access: 'read' | 'write';
}

/**
 * The schema of an input says of a field that it names a thing outside: `"x-resource": {"kind": "file", "access": "write",
 * "within": ["root"]}`. `within`: fields of which the first that is there says where to look for the name.
 */
interface Annotation {
  readonly field: string;
  readonly kind: string;
  readonly access: 'read' | 'write';
  readonly within: readonly string[];
}

const known = new WeakMap<TaskType, readonly Annotation[]>();

/** What a task itself names, as far as its type says which of its fields do. */
export const resourcesOf = ({ task }: PlacedTask, catalogue: TaskCatalogue): Resource[] => {
  const { work } = task;
  const type = work.is === 'task' ? catalogue.find(work.type) : undefined;
  if (work.is !== 'task' || !type) return [];
  const { input } = work;
  const said = (field: string): string | undefined => {
    const entry = input.is === 'object' ? input.entries.find(([key]) => key === field)?.[1] : undefined;
    if (entry) return templateForm(entry);
    const value = input.is === 'constant' && isJsonObject(input.value) ? input.value[field] : undefined;
    return value === undefined ? undefined : canonicalJson({ value });
  };
  return annotationsOf(type).flatMap(({ field, kind, access, within }) => {
    const name = said(field);
    const place = within.map(said).find((where) => where !== undefined) ?? null;
    return name === undefined ? [] : [{ name: canonicalJson([kind, name, place]), access }];
  });
};

const annotationsOf = (type: TaskType): readonly Annotation[] => {
  let annotations = known.get(type);
  if (!annotations) {
    const properties: Json = type.input?.properties ?? {};
    annotations = isJsonObject(properties) ? Object.entries(properties).flatMap(annotationIn) : [];
    known.set(type, annotations);
  }
  return annotations;
};

const annotationIn = ([field, schema]: [string, Json]): Annotation[] => {
  const said = isJsonObject(schema) ? schema['x-resource'] : undefined;
  if (!isJsonObject(said ?? null)) return [];
  const { kind, access, within = [] } = said as Readonly<Record<string, Json>>;
  if (typeof kind !== 'string' || (access !== 'read' && access !== 'write')) return [];
  return [{ field, kind, access, within: [within].flat().filter((name): name is string => typeof name === 'string') }];
};
