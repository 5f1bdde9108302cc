import { systemTimers } from '../../engine/embedded/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { GenerationDesk, type DraftWriter } from '../../llm/index.js';
import type { Generation, OfferedTemplate, TemplateBook } from '../../llm/ports/index.js';
import type { PluginRegistry } from '../../plugin/host/index.js';
import type { TemplateService, TemplateWithVersion } from '../../template/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';

export interface GenerationComposition {
  readonly catalog: WorkflowCatalog;
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  /** Base address of a component; undefined: nobody knows it. */
  readonly baseOf: (component: string) => string | undefined;
  readonly actions: () => Readonly<Record<string, readonly string[]>>;
  readonly writer: DraftWriter;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Templates that words are held against; more would make nobody wiser. */
const MOST_TEMPLATES = 2000;

const offeredBy = async (
  templates: TemplateService,
  { template, version }: TemplateWithVersion,
  categories: ReadonlyMap<string, string>,
): Promise<OfferedTemplate> => {
  const { definition, parameters } = await templates.repository.described({ template, version });
  const { id, name, description, tags } = template;
  const named = template.categories.flatMap((one) => categories.get(one) ?? []);
  const all = { tags: [...tags, ...named], parameters: Object.fromEntries(parameters), definition };
  return { id, version: version.version, name, description, ...all };
};

const notThere = (error: unknown): undefined => {
  if (!(error instanceof HarmoniaError)) throw error;
};

/** The templates of a service as words are held against them. */
export const templateBook = (templates: TemplateService): TemplateBook => ({
  all: async () => {
    await templates.ready();
    const filter = { sortBy: 'name', descending: false, offset: 0, limit: MOST_TEMPLATES } as const;
    const { items } = await templates.repository.list(filter);
    const categories = new Map((await templates.categories.list()).map(({ id, name }) => [id, name]));
    // One that was removed meanwhile is not there.
    const found = await Promise.all(items.map(({ id }) => templates.repository.find(id).catch(notThere)));
    const offered = await Promise.all(found.flatMap((one) => (one ? [offeredBy(templates, one, categories)] : [])));
    return offered.sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
  },
  draft: async ({ id, version }, values) =>
    templates.drafts.draft(await templates.repository.find(id, version), values),
});

/** Workflows from words, over the templates and the task types that are there. */
export const createGeneration = (parts: GenerationComposition, templates: TemplateService): Generation => {
  const { catalog, registry, schemas, baseOf, actions, writer, onTrouble } = parts;
  const surroundings = () => catalog.surroundings;
  return new GenerationDesk({
    ...{ schemas, writer, onTrouble, surroundings, components: actions, templates: templateBook(templates) },
    gates: {
      check: (document) => catalog.check(document),
      ...{ surroundings, now: () => systemTimers.now() },
      whereabouts: { hostsOf: (type) => registry.task(type)?.hosts ?? [], baseOf },
    },
  });
};
