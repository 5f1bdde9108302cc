import { coerce, valid } from 'semver';
import {
  fault,
  isJsonObject,
  jsonDepth,
  pointer,
  unspeakableNumbers,
  type Fault,
  type Json,
  type JsonObject,
} from '../kernel/index.js';

/** What a document says of a template beside its content. */
export interface TemplateWords {
  readonly name?: string;
  readonly description?: string;
  readonly icon?: string;
  readonly tags?: readonly string[];
  /** Ids. */
  readonly categories?: readonly string[];
  /** Categories by their names; those that are not there are made. */
  readonly categoryNames?: readonly string[];
  readonly isPublic?: boolean;
  readonly metadata?: JsonObject;
  readonly version?: string;
  readonly changes?: string;
  readonly usedBefore?: number;
  readonly createdAt?: number;
}

/** What a document says of the content of a version. */
export interface ContentWords {
  readonly definition?: { readonly source: JsonObject; readonly where: string };
  /** A stored workflow whose definition is taken. */
  readonly workflow?: { readonly id: string; readonly where: string };
  readonly parameters?: Json;
  readonly extends?: string;
}

export interface ReadDocument {
  readonly words: TemplateWords;
  readonly content: ContentWords;
  readonly faults: readonly Fault[];
}

const LONGEST_NAME = 255;
const LONGEST_TEXT = 10_000;
const MOST_TAGS = 100;
const DEEPEST = 100;
/** A small picture as `data:` address, or a name of one. */
const LONGEST_ICON = 64 * 1024;

const KNOWN = [
  ...[
    'name',
    'description',
    'icon',
    'tags',
    'category_ids',
    'category',
    'categories',
    'is_public',
    'metadata',
    'version',
    'changes',
  ],
  ...['usage_count', 'created_at', 'workflow_definition', 'template', 'workflow_definition_id', 'workflow_id'],
  ...['parameters', 'extends'],
];
const DEFINITIONS = ['workflow_definition', 'template', 'workflow'];

const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Both styles of names, as upstream takes them. */
const inSnakeCase = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).map(([field, value]) => [snake(field), value]));

class DocumentReader {
  readonly faults: Fault[] = [];

  constructor(private readonly body: JsonObject) {}

  refuseUnknown(): void {
    for (const field of Object.keys(this.body)) {
      if (KNOWN.includes(field) || field === 'workflow') continue;
      this.faults.push(fault('unknown_field', pointer('', field), { field, known: KNOWN.slice(0, 18).join(', ') }));
    }
  }

  private read<T>(field: string, expected: string, accept: (value: Json) => T | undefined): T | undefined {
    const value = Object.hasOwn(this.body, field) ? this.body[field] : undefined;
    if (value === undefined || value === null) return undefined;
    const accepted = accept(value);
    if (accepted === undefined) this.faults.push(fault('wrong_type', pointer('', field), { expected }));
    return accepted;
  }

  text(field: string, most: number, least = 0): string | undefined {
    return this.read(field, `a text of ${least} to ${most} characters`, (value) =>
      typeof value === 'string' && value.length <= most && value.trim().length >= least ? value : undefined,
    );
  }

  texts(field: string): readonly string[] | undefined {
    return this.read(field, `a list of at most ${MOST_TAGS} texts`, (value) => {
      const isList = Array.isArray(value) && value.length <= MOST_TAGS;
      const entries = isList ? (value as Json[]) : [];
      const fine = entries.every((entry) => typeof entry === 'string' && entry.length <= LONGEST_NAME);
      return isList && fine ? [...new Set(entries as string[])] : undefined;
    });
  }

  private categoryNames(): readonly string[] | undefined {
    const one = this.text('category', LONGEST_NAME, 1);
    const more = this.texts('categories');
    if (one === undefined && more === undefined) return undefined;
    return [...new Set([...(one === undefined ? [] : [one]), ...(more ?? [])])].filter((name) => name.trim() !== '');
  }

  flag(field: string): boolean | undefined {
    return this.read(field, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  record(field: string): JsonObject | undefined {
    return this.read(field, 'an object', (value) => (isJsonObject(value) ? value : undefined));
  }

  count(field: string): number | undefined {
    return this.read(field, 'a whole number from 0', (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1e12 ? value : undefined,
    );
  }

  time(field: string): number | undefined {
    return this.read(field, 'a time such as 2026-11-24T09:00:00Z', (value) => {
      const at = typeof value === 'string' ? Date.parse(value) : NaN;
      return Number.isFinite(at) ? at : undefined;
    });
  }

  version(field: string): string | undefined {
    return this.read(field, 'a version such as 1.2.0', (value) => semverOf(value));
  }

  words(): TemplateWords {
    return defined({
      name: this.text('name', LONGEST_NAME, 1),
      description: this.text('description', LONGEST_TEXT),
      icon: this.text('icon', LONGEST_ICON),
      tags: this.texts('tags'),
      categories: this.texts('category_ids'),
      categoryNames: this.categoryNames(),
      isPublic: this.flag('is_public'),
      metadata: this.record('metadata'),
      version: this.version('version'),
      changes: this.text('changes', LONGEST_TEXT),
      usedBefore: this.count('usage_count'),
      createdAt: this.time('created_at'),
    });
  }

  content(): ContentWords {
    const field = DEFINITIONS.find((name) => isJsonObject(this.body[name]));
    const source = field === undefined ? undefined : (this.body[field] as JsonObject);
    for (const name of DEFINITIONS) this.record(name);
    const named = ['workflow_definition_id', 'workflow_id'].find((name) => this.text(name, 100, 1) !== undefined);
    if (named !== undefined && source)
      this.faults.push(fault('wrong_type', pointer('', named), { expected: 'absent, as the definition is here' }));
    const parent = this.text('extends', 400, 1) ?? (typeof source?.extends === 'string' ? source.extends : undefined);
    const { extends: _, ...definition } = source ?? {};
    const parameters = this.body.parameters ?? undefined;
    return defined({
      definition: source && { source: definition, where: pointer('', field as string) },
      workflow: named === undefined ? undefined : { id: this.body[named] as string, where: pointer('', named) },
      parameters,
      extends: parent,
    });
  }
}

/** Without the fields that are undefined. */
const defined = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** `1.2.0`; also `1`, `1.0`, `v1.2.0` and numbers, which upstream writes. */
export const semverOf = (value: Json): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const exact = valid(text);
  if (exact !== null) return exact;
  return /^v?\d{1,6}(\.\d{1,6})?$/.test(text) ? coerce(text)?.version : undefined;
};

/** Reads a document of a template, in the words of every caller. `created_at` and `usage_count` are those of an export. */
export const readTemplateDocument = (body: unknown): ReadDocument => {
  if (!isJsonObject(body))
    return { words: {}, content: {}, faults: [fault('wrong_type', '', { expected: 'an object' })] };
  if (jsonDepth(body, DEEPEST + 1) > DEEPEST)
    return { words: {}, content: {}, faults: [fault('nesting_too_deep', '', { limit: DEEPEST })] };
  const strange = unspeakableNumbers(body).map((at) => fault('not_json', at.pointer, { value: String(at.value) }));
  const reader = new DocumentReader(inSnakeCase(body));
  reader.refuseUnknown();
  const words = reader.words();
  return { words, content: reader.content(), faults: [...strange, ...reader.faults] };
};
