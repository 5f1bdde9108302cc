import type { SchemaChecker } from '../../../engine/core/index.js';
import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { OfferedTemplate } from '../../ports/index.js';
import { slotsOf, type Slot } from '../slot/index.js';
import { termsOf, WordIndex, type Match, type WordFields } from '../word/index.js';

/** A template that has words in common with a sentence. */
export interface Near extends Match<OfferedTemplate> {
  /** 0 to 1: the share of the name of the template that the sentence says. */
  readonly named: number;
}

const CONSTRUCTS = ['map', 'loop', 'approval', 'wait', 'race', 'compensate', 'workflow'];

/** Task types, components, actions and constructs of a definition. */
const workOf = (value: Json, found = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const entry of value as Json[]) workOf(entry, found);
  else if (isJsonObject(value))
    for (const [field, inner] of Object.entries(value)) {
      if (['type', 'component', 'action'].includes(field) && typeof inner === 'string') found.add(inner);
      else if (CONSTRUCTS.includes(field)) found.add(field);
      workOf(inner, found);
    }
  return found;
};

const FIELDS: WordFields<OfferedTemplate> = {
  boost: { name: 3, tags: 2, about: 1.6, parameters: 0.7, work: 0.5 },
  of: ({ name, description, tags, parameters, definition }) => ({
    ...{ name, tags: tags.join(' '), about: description },
    parameters: Object.entries(parameters)
      .map(([parameter, { description: about = '' }]) => `${parameter} ${about}`)
      .join(' '),
    work: [...workOf(definition.tasks ?? {})].join(' '),
  }),
};

/** Templates by their words. */
export class TemplateIndex {
  private readonly index: WordIndex<OfferedTemplate>;
  private readonly slots = new Map<OfferedTemplate, readonly Slot[]>();

  constructor(
    readonly templates: readonly OfferedTemplate[],
    private readonly schemas: SchemaChecker,
  ) {
    this.index = new WordIndex(templates, FIELDS);
  }

  /** Its parameters that words may fill; their schemas are compiled once. */
  slotsOf(template: OfferedTemplate): readonly Slot[] {
    const slots = this.slots.get(template) ?? slotsOf(template.parameters, this.schemas);
    this.slots.set(template, slots);
    return slots;
  }

  /** Those with a word in common, the nearest first. */
  near(words: string): readonly Near[] {
    const said = new Set(termsOf(words));
    return this.index.near(words).map((match) => {
      const name = [...new Set(termsOf(match.item.name))];
      const named = name.length === 0 ? 0 : name.filter((term) => said.has(term)).length / name.length;
      return { ...match, named };
    });
  }
}
