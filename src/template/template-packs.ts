import { canonicalJson, contentHash, HarmoniaError, type Json, type JsonObject } from '../kernel/index.js';
import type { CountedTemplate, SourceProblem, TemplateSource, TemplateStore } from './ports/index.js';
import { semverOf } from './template-document.js';
import type { TemplateRepository } from './template-repository.js';

/** The templates that come with something: kept when they are new or have changed, hidden while it is not there; what was made of them stays. */
export class TemplatePacks {
  constructor(
    private readonly store: TemplateStore,
    private readonly repository: TemplateRepository,
  ) {}

  /** These sources and no others are there. What is wrong with one document is answered; the others are kept. */
  async keep(sources: readonly TemplateSource[]): Promise<readonly SourceProblem[]> {
    const known = await this.store.sourced();
    const ids = new Set(sources.map(({ id }) => id));
    await this.hide(known.filter(({ source, hidden }) => !hidden && source !== undefined && !ids.has(source)));
    const problems: SourceProblem[] = [];
    for (const source of sources) problems.push(...(await this.keepSource(source, known)));
    return problems;
  }

  private async hide(templates: readonly CountedTemplate[]): Promise<void> {
    const ids = templates.map(({ id }) => id);
    if (ids.length > 0) await this.store.setHidden(ids, true);
  }

  private async keepSource(source: TemplateSource, all: readonly CountedTemplate[]): Promise<readonly SourceProblem[]> {
    const known = new Map(all.filter((one) => one.source === source.id).map((one) => [one.name, one]));
    const names = new Set(source.documents.map(({ name }) => name));
    await this.hide([...known.values()].filter(({ name, hidden }) => !hidden && !names.has(name)));
    let open: readonly JsonObject[] = source.documents;
    let problems: readonly SourceProblem[] = [];
    // One may extend another that stands behind it: whoever failed gets another go as long as some succeed.
    while (open.length > 0) {
      const left: JsonObject[] = [];
      const found: SourceProblem[] = [];
      for (const document of open) {
        const problem = await this.keepOne(source.id, document, known);
        if (!problem) continue;
        left.push(document);
        found.push(problem);
      }
      problems = found;
      if (left.length === open.length) break;
      open = left;
    }
    return problems;
  }

  private async keepOne(
    source: string,
    document: JsonObject,
    known: ReadonlyMap<string, CountedTemplate>,
  ): Promise<SourceProblem | undefined> {
    const name: Json = document.name ?? null;
    try {
      const hash = contentHash(canonicalJson(document));
      const before = typeof name === 'string' ? known.get(name) : undefined;
      if (!before) await this.repository.create(document, { createdBy: source, source: { id: source, hash } });
      else if (before.sourceHash !== hash) await this.renew(before, document, { id: source, hash });
      else if (before.hidden) await this.store.setHidden([before.id], false);
      return undefined;
    } catch (error) {
      if (!(error instanceof HarmoniaError)) throw error;
      const [first] = error.faults;
      return { source, name, reason: first ? `${first.pointer}: ${first.message}` : error.message };
    }
  }

  /** A version that is there with other content was changed without a new number: it gets the next free one. */
  private async renew(
    before: CountedTemplate,
    document: JsonObject,
    source: { readonly id: string; readonly hash: string },
  ): Promise<void> {
    const wanted = document.version === undefined ? undefined : semverOf(document.version);
    const taken = (await this.store.versions(before.id)).map(({ version }) => version);
    const { version: _, ...rest } = document;
    const isFree = wanted !== undefined && !taken.includes(wanted);
    await this.repository.update(before.id, isFree ? document : rest, source);
  }
}
