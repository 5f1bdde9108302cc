import type { CompiledWorkflow } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { code, count, listed, quoted } from './english.js';

/** Fields that are told one by one. */
const MOST_FIELDS = 20;

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'yes or no',
  integer: 'whole number',
  array: 'list',
};

const typeWords = ({ type, enum: values, format }: JsonObject): string => {
  if (Array.isArray(values))
    return `one of ${listed(
      (values as Json[]).map((one) => code(JSON.stringify(one), 40)),
      { last: 'or' },
    )}`;
  const types = (Array.isArray(type) ? (type as Json[]) : [type]).filter((one) => typeof one === 'string');
  const words = types.map((one) => WORDS[one] ?? one.slice(0, 40));
  const said = words.length === 0 ? 'anything' : listed(words, { last: 'or' });
  return typeof format === 'string' ? `${said}, ${code(format, 40)}` : said;
};

const fieldLine = (name: string, schema: Json, isRequired: boolean): string => {
  const field = isJsonObject(schema) ? schema : {};
  const fallback =
    field.default === undefined ? 'may be left out' : `${code(JSON.stringify(field.default), 60)} if left out`;
  const about =
    typeof field.description === 'string' && field.description.trim() !== '' ? `: ${quoted(field.description)}` : '';
  return `${code(name)} (${typeWords(field)}; ${isRequired ? 'required' : fallback})${about}`;
};

/** What the workflow takes. */
export const inputWords = ({ document }: CompiledWorkflow): readonly string[] => {
  const schema = document.input_schema;
  if (!isJsonObject(schema)) return ['It says nothing of its input: it takes any.'];
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : [];
  if (properties.length === 0) return ['Its input has no named fields.'];
  const required = new Set(Array.isArray(schema.required) ? (schema.required as Json[]) : []);
  const lines = properties.slice(0, MOST_FIELDS).map(([name, field]) => fieldLine(name, field, required.has(name)));
  const left = properties.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${count(left, 'more field')}`] : [])];
};

/** What it gives. */
export const outputWords = ({ document, scope }: CompiledWorkflow): readonly string[] => {
  const { output } = document;
  if (output === undefined) {
    const leaves = scope.leaves.map(({ id }) => code(id));
    return leaves.length === 0 ? ['It gives nothing.'] : [`The outputs of ${listed(leaves)}, by their names.`];
  }
  if (!isJsonObject(output))
    return [typeof output === 'string' ? code(output, 200) : code(JSON.stringify(output), 200)];
  const fields = Object.entries(output);
  const lines = fields
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => `${code(name)}: ${code(typeof value === 'string' ? value : JSON.stringify(value), 120)}`);
  const left = fields.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${count(left, 'more field')}`] : [])];
};
