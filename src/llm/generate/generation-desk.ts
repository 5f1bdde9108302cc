import { randomUUID } from 'node:crypto';
import type { SchemaChecker, Surroundings, TaskType } from '../../engine/core/index.js';
import { canonicalJson, contentHash, fault, HarmoniaError, type Fault, type JsonObject } from '../../kernel/index.js';
import type { GenerateAnswer, GenerateEvent, GenerateRequest, Generation, PlacedEvent } from '../ports/index.js';
import { KeptRuns, type Taken } from '../run/index.js';
import { mustBeReady } from '../tekton-llm-client/index.js';
import { TemplateIndex } from './floor/index.js';
import { tellCandidates, type GenerateQuestion, type GenerateResult, type TellingParts } from './tell-candidates.js';

export interface GenerationParts extends TellingParts {
  readonly surroundings: () => Surroundings;
  readonly schemas: SchemaChecker;
  /** Components that are known, with the actions that they say they have. */
  readonly components: () => Readonly<Record<string, readonly string[]>>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const MOST = 3;
/** ms. Templates are answered all the same. */
const BUDGET_MS = 20_000;
/** Hex digits of the name of a run. */
const NAME = 24;

/** Workflows from words as a feature. Nothing is kept but what is told at the moment, for those who come back to it. */
export class GenerationDesk implements Generation {
  private readonly runs = new KeptRuns<GenerateEvent, GenerateResult, undefined>();
  /** By question, the run that is under way. */
  private readonly underWay = new Map<string, string>();
  private index: { readonly key: string; readonly templates: TemplateIndex } | undefined;

  constructor(private readonly parts: GenerationParts) {}

  async generate(request: GenerateRequest): Promise<GenerateAnswer> {
    const { degraded, ...answer } = await (await this.runFor(request)).run.result;
    return { ...answer, ...(degraded && { degraded }) };
  }

  async stream(request: GenerateRequest, after?: string): Promise<AsyncIterable<PlacedEvent<GenerateEvent>>> {
    const known = after === undefined ? undefined : this.runs.told(after);
    return this.runs.follow(known ?? (await this.runFor(request)), after);
  }

  private async runFor(request: GenerateRequest): Promise<Taken<GenerateEvent, GenerateResult>> {
    if (request.llm === 'require') mustBeReady(await this.parts.writer.ready());
    const question = await this.question(request);
    const key = contentHash(canonicalJson(JSON.parse(JSON.stringify(request)) as JsonObject));
    // Two who ask the same at the same time have one answer; who asks later has one of what is there then.
    const name = this.underWay.get(key) ?? contentHash(`${key} ${randomUUID()}`).slice(0, NAME);
    const { onTrouble } = this.parts;
    const taken = this.runs.take(name, {
      about: undefined,
      telling: (signal) => tellCandidates(question, this.parts, signal),
      options: { ms: question.budget.ms, what: 'workflows could not be made of words', onTrouble },
    });
    this.underWay.set(key, name);
    const end = (): void => void this.underWay.delete(key);
    taken.run.result.then(end, end);
    return taken;
  }

  private async question(request: GenerateRequest): Promise<GenerateQuestion> {
    const { goal, constraints = [], context, most = MOST, llm = 'auto', budget } = request;
    const types = this.typesOf(request.types);
    const known = this.parts.components();
    const named = request.components ?? Object.keys(known);
    return {
      ...{ goal, constraints, context, most, llm, types },
      restriction: {
        types: request.types && new Set(request.types),
        components: request.components && new Set(request.components),
      },
      budget: { ...budget, ms: budget?.ms ?? BUDGET_MS },
      components: Object.fromEntries(named.map((name) => [name, known[name] ?? []])),
      index: await this.indexOf(),
    };
  }

  /** Throws `validation_error` for one that is not installed. */
  private typesOf(wanted: readonly string[] | undefined): readonly TaskType[] {
    const { catalogue } = this.parts.surroundings();
    const all = catalogue.types();
    if (!wanted) return all;
    const known = all.map(({ type }) => type).join(', ');
    const faults = wanted.flatMap((type, index): Fault[] =>
      catalogue.find(type) ? [] : [fault('task_type_unknown', `/types/${index}`, { type, known })],
    );
    if (faults.length === 0) return all.filter(({ type }) => wanted.includes(type));
    throw new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });
  }

  /** Of the templates that are there now; made anew when they have changed. */
  private async indexOf(): Promise<TemplateIndex> {
    const templates = await this.parts.templates.all();
    const words = templates.map(({ id, version, name, description, tags }) => [
      id,
      version,
      name,
      description,
      ...tags,
    ]);
    const key = contentHash(canonicalJson(words));
    if (this.index?.key !== key) this.index = { key, templates: new TemplateIndex(templates, this.parts.schemas) };
    return this.index.templates;
  }
}
