import type { Fault, JsonObject } from '../kernel/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { bindParameters, expandTemplate, type Binding, type Parameters } from './core/index.js';
import { contentOf, type TemplateShelf, type TemplateWithVersion } from './template-shelf.js';

/** What a template would become. */
export interface Draft {
  /** The canonical document, not validated yet; absent: see the faults. */
  readonly document?: JsonObject;
  readonly faults: readonly Fault[];
}

/** What templates would become with some of their values: nothing is kept, and the same always gives the same. */
export class TemplateDrafts {
  constructor(
    private readonly shelf: TemplateShelf,
    private readonly schemas: SchemaChecker,
  ) {}

  /** Required values that are not given become inputs of the workflow; without a required secret there is no document. */
  async draft(from: TemplateWithVersion, values: JsonObject): Promise<Draft> {
    const { template, version } = from;
    const whose = { id: template.id, name: template.name, version: version.version };
    const gathered = await this.shelf.gather({ ...whose, content: contentOf(version) });
    if (!gathered.ok) return { faults: gathered.error };
    const { schemas } = this;
    const { assembled } = gathered.value;
    const { parameters } = assembled;
    const faults: Fault[] = [];
    const about = { parameters, values, where: '/values', schemas, asInputs: true } as const;
    const { binding } = bindParameters({ ...about, credentialFor: (parameter) => parameter }, faults);
    if (faults.length > 0) return { faults };
    const document = expandTemplate(assembled, { binding, schemas, faults });
    return document && faults.length === 0
      ? { document: named(withInputs(document, parameters, binding), from), faults: [] }
      : { faults };
  }
}

/** Asks for what is open, with the schema of the parameter. An input that the definition has already stays as it is. */
const withInputs = (document: JsonObject, parameters: Parameters, binding: Binding): JsonObject => {
  const open = [...binding].flatMap(([name, bound]) => (bound.is === 'input' ? [name] : []));
  if (open.length === 0) return document;
  const before = (document.input_schema ?? { type: 'object' }) as JsonObject;
  const own = (before.properties ?? {}) as JsonObject;
  const asked = open.map((name): [string, JsonObject] => {
    const { schema = {}, description } = parameters.get(name) ?? {};
    return [name, { ...schema, ...(description !== undefined && { description }) }];
  });
  const required = Array.isArray(before.required) ? (before.required as string[]) : [];
  return {
    ...document,
    input_schema: {
      ...before,
      properties: { ...Object.fromEntries(asked), ...own },
      required: [...new Set([...required, ...open])],
    },
  };
};

const named = (document: JsonObject, { template, version }: TemplateWithVersion): JsonObject => {
  const { name, description = template.description, tags = template.tags, metadata } = document;
  return {
    ...document,
    name: typeof name === 'string' && name !== '' ? name.slice(0, LONGEST_NAME) : template.name,
    version: typeof document.version === 'string' ? document.version : '1.0.0',
    ...(description !== '' && { description }),
    ...(Array.isArray(tags) && tags.length > 0 && { tags: tags as readonly string[] }),
    metadata: {
      ...(metadata as JsonObject | undefined),
      // Nothing translates it once more, whatever the values look like.
      source_dialect: 'canonical',
      ...{ template_id: template.id, template_name: template.name, template_version: version.version },
    },
  };
};

const LONGEST_NAME = 255;
