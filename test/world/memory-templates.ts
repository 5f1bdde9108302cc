import { HarmoniaError, type Instant, type Uuid } from '../../src/kernel/index.js';
import type {
  CategoryUse,
  CountedTemplate,
  StoredCategory,
  StoredTemplate,
  StoredTemplateVersion,
  TemplateChange,
  TemplateFilter,
  TemplatePage,
  TemplateSave,
  TemplateStore,
} from '../../src/template/ports/index.js';

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** Templates in memory, for the suite that every store must pass. */
export class MemoryTemplates implements TemplateStore {
  private readonly templates = new Map<Uuid, StoredTemplate>();
  private readonly kept = new Map<Uuid, StoredTemplateVersion[]>();
  private readonly happened = new Map<Uuid, TemplateChange[]>();
  private readonly sorted = new Map<Uuid, StoredCategory>();
  private readonly keys = new Set<string>();

  private all(): CountedTemplate[] {
    return [...this.templates.values()].map((one) => ({ ...one, usageCount: one.usedBefore }));
  }

  find(id: Uuid): Promise<CountedTemplate | undefined> {
    return Promise.resolve(this.all().find((one) => one.id === id));
  }

  findByName(name: string): Promise<CountedTemplate | undefined> {
    const rank = ({ source, createdAt }: CountedTemplate): number => (source === undefined ? 0 : 1e15) + createdAt;
    const named = this.all().filter((one) => one.name === name);
    return Promise.resolve(named.sort((a, b) => rank(a) - rank(b))[0]);
  }

  list(filter: TemplateFilter): Promise<TemplatePage> {
    const { search, tags = [], category, isPublic, source } = filter;
    const found = this.all().filter(
      (one) =>
        !one.hidden &&
        (search === undefined || contains(one.name, search) || contains(one.description, search)) &&
        tags.every((tag) => one.tags.includes(tag)) &&
        (category === undefined || one.categories.includes(category)) &&
        (isPublic === undefined || one.isPublic === isPublic) &&
        (source === undefined || one.source === source),
    );
    const keys = { name: 'name', created_at: 'createdAt', updated_at: 'updatedAt', usage_count: 'usageCount' } as const;
    const key = keys[filter.sortBy];
    const order = filter.descending ? -1 : 1;
    found.sort((a, b) => (a[key] < b[key] ? -order : a[key] > b[key] ? order : a.id < b.id ? -1 : 1));
    return Promise.resolve({ items: found.slice(filter.offset, filter.offset + filter.limit), total: found.length });
  }

  sourced(): Promise<readonly CountedTemplate[]> {
    const place = ({ source, name }: CountedTemplate): string => `${source}\n${name}`;
    const found = this.all().filter(({ source }) => source !== undefined);
    return Promise.resolve(found.sort((a, b) => (place(a) < place(b) ? -1 : 1)));
  }

  versions(id: Uuid): Promise<readonly StoredTemplateVersion[]> {
    return Promise.resolve([...(this.kept.get(id) ?? [])]);
  }

  version(id: Uuid, version: string): Promise<StoredTemplateVersion | undefined> {
    return Promise.resolve(this.kept.get(id)?.find((one) => one.version === version));
  }

  changes(id: Uuid): Promise<readonly TemplateChange[]> {
    return Promise.resolve((this.happened.get(id) ?? []).slice(-1000));
  }

  save({ template, version, change, key }: TemplateSave): Promise<void> {
    const { id } = template;
    const versions = this.kept.get(id) ?? [];
    if (version && versions.some((one) => one.version === version.version))
      return Promise.reject(new HarmoniaError('template_version_exists', { id, version: version.version }));
    const name = key && `${key.scope}\n${key.key}`;
    if (name !== undefined && this.keys.has(name))
      return Promise.reject(new HarmoniaError('idempotency_conflict', { key: key?.key ?? '' }));
    if (name !== undefined) this.keys.add(name);
    const before = this.templates.get(id);
    const fixed = before && { source: before.source, createdBy: before.createdBy, createdAt: before.createdAt };
    const { usageCount: _, ...stored } = template as CountedTemplate;
    this.templates.set(id, { ...stored, ...fixed });
    if (version) this.kept.set(id, [...versions, version]);
    if (change) this.happened.set(id, [...(this.happened.get(id) ?? []), change]);
    return Promise.resolve();
  }

  setHidden(ids: readonly Uuid[], hidden: boolean): Promise<void> {
    for (const id of ids) {
      const one = this.templates.get(id);
      if (one) this.templates.set(id, { ...one, hidden });
    }
    return Promise.resolve();
  }

  remove(id: Uuid, _at: Instant): Promise<boolean> {
    return Promise.resolve(this.templates.delete(id));
  }

  dependents(id: Uuid, names: readonly string[]): Promise<readonly string[]> {
    const found = [...this.templates.values()].filter((one) => {
      const current = this.kept.get(one.id)?.find(({ version }) => version === one.version);
      return one.id !== id && current?.references.some((name) => names.includes(name));
    });
    return Promise.resolve([...new Set(found.map(({ name }) => name))].sort());
  }

  categories(): Promise<readonly StoredCategory[]> {
    return Promise.resolve([...this.sorted.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  saveCategory(category: StoredCategory): Promise<void> {
    this.sorted.set(category.id, category);
    return Promise.resolve();
  }

  categoryUse(id: Uuid): Promise<CategoryUse> {
    const templates = [...this.templates.values()].filter(({ categories }) => categories.includes(id)).length;
    const children = [...this.sorted.values()].filter(({ parent }) => parent === id).length;
    return Promise.resolve({ templates, children });
  }

  removeCategory(id: Uuid): Promise<boolean> {
    return Promise.resolve(this.sorted.delete(id));
  }
}
