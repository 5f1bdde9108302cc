import { fault, HarmoniaError, parseUuid, pointer, Turns, type Fault, type Uuid } from '../kernel/index.js';
import type { StoredCategory, TemplateStore } from './ports/index.js';
import type { TemplateWords } from './template-document.js';
import { refusal } from './template-shelf.js';

export interface CategoryWords {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Null: it lies below no other. */
  readonly parent?: Uuid | null | undefined;
}

/** Levels of categories below one another. */
const DEEPEST = 10;
const MOST = 1000;

/** What templates are sorted into. */
export class TemplateCategories {
  private readonly turns = new Turns();

  constructor(
    private readonly store: TemplateStore,
    private readonly newId: () => Uuid,
  ) {}

  list(): Promise<readonly StoredCategory[]> {
    return this.store.categories();
  }

  async find(id: Uuid): Promise<StoredCategory> {
    const found = (await this.list()).find((category) => category.id === id);
    if (!found) throw new HarmoniaError('category_not_found', { id });
    return found;
  }

  /** By id or name. */
  async named(text: string): Promise<StoredCategory | undefined> {
    const id = parseUuid(text);
    return (await this.list()).find((category) => category.id === id || category.name === text);
  }

  create(words: CategoryWords & { readonly name: string }): Promise<StoredCategory> {
    return this.turns.take(async () => {
      const all = await this.list();
      if (all.length >= MOST) throw new HarmoniaError('limit_reached', { subject: 'Categories', limit: MOST });
      return this.save({ id: this.newId(), description: '', parent: undefined, name: '' }, words, all);
    });
  }

  update(id: Uuid, words: CategoryWords): Promise<StoredCategory> {
    return this.turns.take(async () => this.save(await this.find(id), words, await this.list()));
  }

  /** Throws `category_in_use` when it has templates or categories below it. */
  remove(id: Uuid): Promise<void> {
    return this.turns.take(async () => {
      await this.find(id);
      const { templates, children } = await this.store.categoryUse(id);
      const what = [templates > 0 && `${templates} template(s)`, children > 0 && `${children} category(ies) below it`];
      if (templates + children > 0)
        throw new HarmoniaError('category_in_use', { id, what: what.filter((part) => part !== false).join(' and ') });
      await this.store.removeCategory(id);
    });
  }

  /** The categories that a document names: ids that must be there, and names that need not. */
  async of({ categories = [], categoryNames = [] }: TemplateWords, faults: Fault[]): Promise<readonly string[]> {
    const all = categories.length > 0 ? await this.list() : [];
    categories.forEach((text, index) => {
      if (all.some(({ id }) => id === parseUuid(text))) return;
      faults.push(fault('out_of_range', pointer('/category_ids', index), { expected: 'the id of a category' }));
    });
    return [...categories, ...categoryNames];
  }

  /** Ids of the named ones; makes those that are not there. */
  async keep(named: readonly string[]): Promise<readonly Uuid[]> {
    const ids: Uuid[] = [];
    for (const text of named) ids.push(((await this.named(text)) ?? (await this.create({ name: text }))).id);
    return [...new Set(ids)];
  }

  private async save(
    before: StoredCategory,
    { name, description, parent }: CategoryWords,
    all: readonly StoredCategory[],
  ): Promise<StoredCategory> {
    const category: StoredCategory = {
      id: before.id,
      name: name ?? before.name,
      description: description ?? before.description,
      parent: parent === undefined ? before.parent : (parent ?? undefined),
    };
    const twin = all.find((other) => other.name === category.name && other.id !== category.id);
    if (twin) throw new HarmoniaError('conflict', { reason: `Category ${twin.id} is called "${twin.name}", too` });
    const problem = parentProblem(category, all);
    if (problem !== undefined)
      throw refusal('The category', [fault('out_of_range', '/parent_id', { expected: problem })]);
    await this.store.saveCategory(category);
    return category;
  }
}

const parentProblem = (category: StoredCategory, all: readonly StoredCategory[]): string | undefined => {
  let { parent } = category;
  for (let level = 0; parent !== undefined; level++) {
    if (parent === category.id) return 'a category that does not lie below this one';
    if (level >= DEEPEST) return `at most ${DEEPEST} levels deep`;
    const found = all.find(({ id }) => id === parent);
    if (!found) return 'the id of a category';
    parent = found.parent;
  }
  return undefined;
};
