import { contentHash, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { parseYaml } from '../../yaml/index.js';

/** Prompts that ship with Harmonia: what they are asked for, and the name of their file. */
export const PURPOSES = [
  ...(['optimize', 'generate', 'diagnose', 'explain', 'expression_help'] as const),
  ...(['optimize_repair', 'generate_repair'] as const),
  ...(['workflow_creation', 'workflow_troubleshooting', 'expression_evaluation'] as const),
  ...(['state_transition', 'template_expansion'] as const),
];
export type PromptPurpose = (typeof PURPOSES)[number];

/** How an answer looks. */
export type PromptOutput =
  | { readonly form: 'text' }
  /** `json`: the answer; `json_lines`: each line of it. */
  | { readonly form: 'json' | 'json_lines'; readonly schema: JsonObject };

/** What a model is asked with. */
export interface PromptNeeds {
  readonly temperature: number;
  readonly maxOutputTokens: number;
  /** Tokens that the model must hold for this prompt to make sense: data, instructions and answer. */
  readonly contextTokens: number;
}

/** A version of a prompt, as its file says it. */
export interface PromptFile {
  readonly purpose: PromptPurpose;
  /** From 1. A version is never changed: a change is a new one. */
  readonly version: number;
  /** SHA-256 of the file with LF line ends, 64 hex digits. */
  readonly hash: string;
  readonly summary: string;
  /** Schema of each variable. All are required, and there are no others. */
  readonly variables: Readonly<Record<string, JsonObject>>;
  readonly output: PromptOutput;
  readonly needs: PromptNeeds;
  /** Templates in Liquid. Without `system` it goes on with a conversation. */
  readonly system: string | undefined;
  readonly user: string;
}

/** A prompt file that is none. It says why. */
export class BrokenPrompt extends Error {
  override readonly name = 'BrokenPrompt';
}

const NAME = /^([a-z_]+)\.v([1-9]\d{0,3})\.md$/;
const PARTS = /^---\n([^]*?)\n---\n(?:=== system\n([^]*?)\n)?=== user\n([^]*)$/;

export const isPromptName = (name: string): boolean => NAME.test(name);

const objectAt = (source: JsonObject, field: string): JsonObject => {
  const value = source[field];
  if (!isJsonObject(value)) throw new BrokenPrompt(`"${field}" is no object`);
  return value;
};

const textAt = (source: JsonObject, field: string): string => {
  const value = source[field];
  if (typeof value !== 'string') throw new BrokenPrompt(`"${field}" is no text`);
  return value;
};

const numberAt = (source: JsonObject, field: string): number => {
  const value = source[field];
  if (typeof value !== 'number' || value < 0) throw new BrokenPrompt(`"${field}" is no number from 0`);
  return value;
};

const outputOf = (output: JsonObject): PromptOutput => {
  const { form } = output;
  if (form === 'text') return { form };
  if (form !== 'json' && form !== 'json_lines')
    throw new BrokenPrompt('"output.form" is none of text, json, json_lines');
  return { form, schema: objectAt(output, 'schema') };
};

const variablesOf = (variables: JsonObject): Record<string, JsonObject> =>
  Object.fromEntries(Object.keys(variables).map((name) => [name, objectAt(objectAt(variables, name), 'schema')]));

/** Reads `<purpose>.v<N>.md`. Throws `BrokenPrompt`. */
export const parsePrompt = (name: string, text: string): PromptFile => {
  const [, purpose, version] = NAME.exec(name) ?? [];
  const content = text.replaceAll('\r\n', '\n');
  const [, front, system, user] = PARTS.exec(content) ?? [];
  if (front === undefined || user === undefined) throw new BrokenPrompt('it has not the parts "---" and "=== user"');
  const read = parseYaml(front);
  const head: Json = read.ok ? read.value : null;
  if (!isJsonObject(head)) throw new BrokenPrompt('its front matter is no YAML object');
  const known = PURPOSES.find((one) => one === purpose);
  if (!known || head.purpose !== purpose) throw new BrokenPrompt('its purpose is not the one that its name says');
  const needs = objectAt(head, 'needs');
  return {
    ...{ purpose: known, version: Number(version), hash: contentHash(content), summary: textAt(head, 'summary') },
    variables: variablesOf(objectAt(head, 'variables')),
    output: outputOf(objectAt(head, 'output')),
    needs: {
      temperature: numberAt(needs, 'temperature'),
      maxOutputTokens: numberAt(needs, 'max_output_tokens'),
      contextTokens: numberAt(needs, 'context_tokens'),
    },
    ...{ system: system?.trim(), user: user.trim() },
  };
};
