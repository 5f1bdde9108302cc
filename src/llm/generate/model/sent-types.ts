import type { TaskType } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { WordIndex, type WordFields } from '../word/index.js';

/** Bytes of all rows as JSON; and of rows and words together, so that there is room for a round of repair in 48 KiB. */
const MOST_BYTES = 20_000;
const WITH_WORDS = 34_000;
/** Characters of what a type, and a field, is said to do. */
const LONGEST = 160;
const LONGEST_OF_FIELD = 70;
const MOST_FIELDS = 24;
/** Without these hardly any workflow is written; they are told whatever the words are. */
const ALWAYS = ['core/value', 'core/log', 'core/noop'];

const FIELDS: WordFields<TaskType> = {
  boost: { type: 3, description: 1.5, input: 0.5 },
  of: ({ type, description, input }) => ({
    ...{ type, description },
    input: Object.keys((input?.properties ?? {}) as JsonObject).join(' '),
  }),
};

const cut = (text: string, most: number): string => {
  const [first = ''] = text.replace(/\s+/g, ' ').split(/(?<=\.) /);
  return first.length > most ? `${first.slice(0, most - 1)}…` : first;
};

const numberText = (value: Json | undefined): string => (typeof value === 'number' ? String(value) : '');

/** `integer 1..10`, `GET|POST`, `string[]`. */
const formOf = (schema: Json): string => {
  if (!isJsonObject(schema)) return 'any';
  const { type, enum: choices, minimum, maximum, items, format } = schema;
  if (Array.isArray(choices)) return (choices as readonly Json[]).slice(0, 12).map(String).join('|');
  if (type === 'array') return `${formOf(items ?? null)}[]`;
  if (typeof type !== 'string') return 'any';
  const bounds =
    minimum !== undefined || maximum !== undefined ? ` ${numberText(minimum)}..${numberText(maximum)}` : '';
  return `${typeof format === 'string' ? format : type}${bounds}`;
};

/** A field by its name, with `?` when it may be absent: its form, and what it is. */
const inputOf = ({ properties, required }: JsonObject): JsonObject => {
  const needed = new Set(Array.isArray(required) ? (required as readonly string[]) : []);
  const fields = Object.entries(isJsonObject(properties ?? null) ? (properties as JsonObject) : {});
  fields.sort(([a], [b]) => Number(needed.has(b)) - Number(needed.has(a)));
  return Object.fromEntries(
    fields.slice(0, MOST_FIELDS).map(([name, schema]) => {
      const about = isJsonObject(schema) && typeof schema.description === 'string' ? schema.description : '';
      const said = about === '' ? '' : `: ${cut(about, LONGEST_OF_FIELD)}`;
      return [needed.has(name) ? name : `${name}?`, `${formOf(schema)}${said}`];
    }),
  );
};

const outputOf = (output: JsonObject | undefined): { output?: readonly string[] } => {
  const names = Object.keys(isJsonObject(output?.properties ?? null) ? (output?.properties as JsonObject) : {});
  return names.length === 0 ? {} : { output: names.slice(0, MOST_FIELDS) };
};

const rowOf = ({ type, description, effects, input, output, credentials }: TaskType): JsonObject => ({
  ...{ type, does: cut(description, LONGEST), effects },
  ...(input && { input: inputOf(input) }),
  ...outputOf(output),
  ...(credentials && { credentials: Object.keys(credentials) }),
});

const bytesOf = (value: Json): number => new TextEncoder().encode(JSON.stringify(value)).length + 1;

/** The task types that a model is told of: all when they fit, else those nearest to the words. By name. */
export const sentTypes = (types: readonly TaskType[], words: string): readonly JsonObject[] => {
  const rows = new Map(types.map((type) => [type.type, rowOf(type)]));
  const nearest = new WordIndex(types, FIELDS).near(words).map(({ item }) => item.type);
  let left = Math.min(MOST_BYTES, WITH_WORDS - bytesOf(words));
  const chosen = new Set<string>();
  for (const type of [...ALWAYS, ...nearest, ...rows.keys()]) {
    const row = rows.get(type);
    if (!row || chosen.has(type) || bytesOf(row) > left) continue;
    left -= bytesOf(row);
    chosen.add(type);
  }
  return [...rows].filter(([type]) => chosen.has(type)).map(([, row]) => row);
};
