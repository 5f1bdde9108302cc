import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Liquid } from 'liquidjs';
import type { CheckedSchema, SchemaChecker } from '../../engine/core/index.js';
import { HarmoniaError, type Json, type JsonObject } from '../../kernel/index.js';
import type { LlmMessage } from '../tekton-llm-client/index.js';
import { isPromptName, parsePrompt, type PromptFile, type PromptPurpose } from './prompt-file.js';

/** Beside `src` and `dist` alike. */
const SHIPPED = fileURLToPath(new URL('../../../prompts/', import.meta.url));

/** Characters of one rendered part. */
const MOST_CHARACTERS = 2 ** 20;

/** A prompt with its places filled. */
export interface RenderedPrompt {
  /** `optimize.v1@` and the hash of its file: goes with each call into the ledger. */
  readonly id: string;
  readonly file: PromptFile;
  readonly messages: readonly LlmMessage[];
}

interface Ready {
  readonly file: PromptFile;
  readonly schema: CheckedSchema;
}

const broken = (id: string, reason: string): HarmoniaError => new HarmoniaError('llm_prompt_broken', { id, reason });

/** As JSON on one line that can not write the end of a fence, nor a tag. */
const asData = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Reads no file, knows own properties only; a name that is not there is an error. */
const engineOf = async (): Promise<Liquid> => {
  const { Liquid } = await import('liquidjs');
  const engine = new Liquid({
    templates: {},
    ...{ strictFilters: true, strictVariables: true, ownPropertyOnly: true },
    ...{ parseLimit: MOST_CHARACTERS, memoryLimit: MOST_CHARACTERS },
  });
  engine.registerFilter('data', asData);
  return engine;
};

/**
 * The prompts in `prompts/`, read once when the first is asked for. Of a purpose the newest version is used, unless one
 * is named. A prompt is rendered from exactly the variables that it declares, each fitting its schema: what is missing,
 * too much or of another shape throws `llm_prompt_broken`, and nothing is sent.
 */
export class PromptLibrary {
  #prompts: Promise<ReadonlyMap<string, Ready>> | undefined;
  #engine: Promise<Liquid> | undefined;

  constructor(
    private readonly schemas: SchemaChecker,
    private readonly directory: string = SHIPPED,
  ) {}

  /** All versions, by purpose and then by version. */
  async all(): Promise<readonly PromptFile[]> {
    return [...(await this.prompts()).values()].map(({ file }) => file);
  }

  async render(
    purpose: PromptPurpose,
    variables: Readonly<Record<string, Json>>,
    version?: number,
  ): Promise<RenderedPrompt> {
    const { file, schema } = await this.find(purpose, version);
    const id = `${purpose}.v${file.version}`;
    const [problem] = schema.check(variables);
    if (problem) throw broken(id, `its variable ${problem.pointer.slice(1) || 'list'} ${problem.reason}`);
    this.#engine ??= engineOf();
    const engine = await this.#engine;
    const fill = async (template: string): Promise<string> => {
      try {
        return ((await engine.parseAndRender(template, variables)) as string).trim();
      } catch (error) {
        throw broken(id, (error as Error).message.split('\n')[0] ?? '');
      }
    };
    const messages: LlmMessage[] = [
      ...(file.system === undefined ? [] : [{ role: 'system' as const, content: await fill(file.system) }]),
      { role: 'user', content: await fill(file.user) },
    ];
    return { id: `${id}@${file.hash}`, file, messages };
  }

  private async find(purpose: PromptPurpose, version: number | undefined): Promise<Ready> {
    const prompts = await this.prompts();
    const versions = [...prompts.values()].filter(({ file }) => file.purpose === purpose);
    const found = version === undefined ? versions.at(-1) : versions.find(({ file }) => file.version === version);
    if (!found) throw broken(version === undefined ? purpose : `${purpose}.v${version}`, 'there is no such file');
    return found;
  }

  private prompts(): Promise<ReadonlyMap<string, Ready>> {
    this.#prompts ??= this.read();
    return this.#prompts;
  }

  private async read(): Promise<ReadonlyMap<string, Ready>> {
    const names = (await readdir(this.directory)).filter(isPromptName);
    const prompts = await Promise.all(names.map((name) => this.readOne(name)));
    prompts.sort((a, b) => a.file.purpose.localeCompare(b.file.purpose) || a.file.version - b.file.version);
    return new Map(prompts.map((ready) => [`${ready.file.purpose}.v${ready.file.version}`, ready]));
  }

  private async readOne(name: string): Promise<Ready> {
    const id = name.slice(0, -'.md'.length);
    try {
      const file = parsePrompt(name, await readFile(`${this.directory}/${name}`, 'utf8'));
      return { file, schema: this.schemaOf(file) };
    } catch (error) {
      throw error instanceof HarmoniaError ? error : broken(id, (error as Error).message);
    }
  }

  private schemaOf({ variables, purpose, version }: PromptFile): CheckedSchema {
    const schema: JsonObject = {
      ...{ type: 'object', required: Object.keys(variables), properties: variables },
      additionalProperties: false,
    };
    const compiled = this.schemas.compile(schema);
    if (compiled.ok) return compiled.value;
    throw broken(`${purpose}.v${version}`, `${compiled.error.pointer}: ${compiled.error.reason}`);
  }
}
