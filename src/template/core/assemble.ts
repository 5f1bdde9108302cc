import { err, fault, ok, type Fault, type JsonObject, type Result } from '../../kernel/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import { referencesOf, type FoundTemplate } from './content.js';
import { LIMITS } from './limits.js';
import { extendDefinition } from './merge.js';
import { inheritParameters, readParameters, type Parameters } from './parameter.js';

/** A template with everything of its parents in it. */
export interface AssembledTemplate {
  readonly template: FoundTemplate;
  readonly definition: JsonObject;
  readonly parameters: Parameters;
  /** By the reference that names them. */
  readonly included: ReadonlyMap<string, AssembledTemplate>;
}

/** What a reference stands for; absent: there is no such template, or no such version. */
export type Lookup = (reference: string) => FoundTemplate | undefined;

const NO_PARAMETERS: Parameters = new Map();

class Assembler {
  private readonly done = new Map<string, AssembledTemplate>();

  constructor(
    private readonly lookup: Lookup,
    private readonly schemas: SchemaChecker,
    private readonly faults: Fault[],
  ) {}

  assemble(template: FoundTemplate, path: readonly FoundTemplate[]): AssembledTemplate | undefined {
    const key = `${template.id}@${template.version}`;
    const known = this.done.get(key);
    if (known) return known;
    if (this.isEndless(template, path)) return undefined;
    const here = [...path, template];
    const parent = this.parentOf(template, here);
    if (template.content.extends !== undefined && !parent) return undefined;
    const own = readParameters(template.content.parameters, {
      where: '/parameters',
      faults: this.faults,
      schemas: this.schemas,
    });
    const definition = parent
      ? extendDefinition(parent.definition, template.content.definition)
      : template.content.definition;
    const parameters = withDefaults(inheritParameters(parent?.parameters ?? NO_PARAMETERS, own), template);
    const included = new Map<string, AssembledTemplate>();
    for (const reference of referencesOf({ definition })) {
      const found = this.named(reference, here);
      if (found) included.set(reference, found);
    }
    const assembled = { template, definition, parameters, included };
    this.done.set(key, assembled);
    return assembled;
  }

  private parentOf({ content }: FoundTemplate, here: readonly FoundTemplate[]): AssembledTemplate | undefined {
    return content.extends === undefined ? undefined : this.named(content.extends, here);
  }

  private named(reference: string, here: readonly FoundTemplate[]): AssembledTemplate | undefined {
    // One fault is enough: looking on would try every way through what is wrong.
    if (this.faults.length > 0) return undefined;
    const found = this.lookup(reference);
    if (found) return this.assemble(found, here);
    const reason = 'there is no such template, or no such version of it';
    this.faults.push(fault('template_reference', '', { reference, reason }));
    return undefined;
  }

  private isEndless(template: FoundTemplate, path: readonly FoundTemplate[]): boolean {
    if (path.some(({ id }) => id === template.id)) {
      const names = [...path, template].map(({ name }) => name).join(' → ');
      this.faults.push(fault('template_cycle', '', { path: names }));
      return true;
    }
    if (path.length < LIMITS.depth) return false;
    this.faults.push(fault('template_too_large', '', { what: 'templates behind one another', limit: LIMITS.depth }));
    return true;
  }
}

const withDefaults = (parameters: Parameters, { content }: FoundTemplate): Parameters =>
  new Map(
    [...parameters].map(([name, parameter]) => {
      const said = Object.hasOwn(content.defaults, name) ? content.defaults[name] : undefined;
      const takes = said !== undefined && parameter.default === undefined && !parameter.required && !parameter.secret;
      return [name, takes ? { ...parameter, default: said } : parameter];
    }),
  );

/** Puts a template together with what it extends and includes. Circles and what is missing are faults. */
export const assembleTemplate = (
  template: FoundTemplate,
  lookup: Lookup,
  schemas: SchemaChecker,
): Result<AssembledTemplate, readonly Fault[]> => {
  const faults: Fault[] = [];
  const assembled = new Assembler(lookup, schemas, faults).assemble(template, []);
  return assembled && faults.length === 0 ? ok(assembled) : err(faults);
};

/** The versions that a result is made of: the template itself first. */
export const versionsIn = (assembled: AssembledTemplate, lookup: Lookup): readonly FoundTemplate[] => {
  const found = new Map<string, FoundTemplate>();
  const visit = ({ template, included }: AssembledTemplate): void => {
    if (found.has(template.id)) return;
    for (let one: FoundTemplate | undefined = template; one && !found.has(one.id);) {
      found.set(one.id, one);
      one = one.content.extends === undefined ? undefined : lookup(one.content.extends);
    }
    for (const inner of included.values()) visit(inner);
  };
  visit(assembled);
  return [...found.values()];
};
