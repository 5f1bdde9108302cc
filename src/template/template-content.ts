import { fault, parseUuid, type Fault, type JsonObject, type Warning } from '../kernel/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';
import {
  checkDefinition,
  checkInclusions,
  includesAny,
  readDefinition,
  readParameters,
  type Parameters,
  type TemplateContent,
} from './core/index.js';
import type { ContentWords } from './template-document.js';
import type { TemplateShelf } from './template-shelf.js';

/** The template that a content is for. */
interface Whose {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

interface Source {
  readonly source: JsonObject;
  readonly where: string;
}

export interface CheckedContent {
  readonly content: TemplateContent;
  readonly warnings: readonly Warning[];
}

export interface ContentParts {
  readonly catalog: WorkflowCatalog;
  readonly schemas: SchemaChecker;
  readonly shelf: TemplateShelf;
}

/** Makes the content of a version of what a document says: any dialect, with everything it refers to there. */
export class ContentReader {
  constructor(private readonly parts: ContentParts) {}

  /** Undefined: see the faults. */
  async read(words: ContentWords, whose: Whose, faults: Fault[]): Promise<CheckedContent | undefined> {
    const { schemas } = this.parts;
    const source = await this.sourceOf(words, faults);
    const own = readParameters(words.parameters, { where: '/parameters', faults, schemas });
    const inherited = await this.inherited(words.extends, whose, faults);
    if (!source || !inherited || faults.length > 0) return undefined;
    const declared = (name: string): boolean =>
      own.parameters.has(name) || (inherited.has(name) && !own.removed.has(name));
    const partial = words.extends !== undefined || includesAny(source.source);
    const read = readDefinition({ ...source, declared, partial }, faults);
    if (read) checkInclusions(read.definition, source.where, faults);
    if (!read || faults.length > 0) return undefined;
    const content: TemplateContent = {
      definition: read.definition,
      source: source.source,
      dialect: read.dialect,
      parameters: words.parameters ?? {},
      defaults: Object.fromEntries(read.defaults),
      ...(words.extends !== undefined && { extends: words.extends }),
    };
    const gathered = await this.parts.shelf.gather({ ...whose, content });
    if (!gathered.ok) {
      faults.push(...gathered.error.map((found) => ({ ...found, pointer: source.where })));
      return undefined;
    }
    const { definition, parameters } = gathered.value.assembled;
    checkDefinition(definition, { parameters, where: source.where, faults });
    return faults.length > 0 ? undefined : { content, warnings: read.warnings };
  }

  private async inherited(parent: string | undefined, whose: Whose, faults: Fault[]): Promise<Parameters | undefined> {
    if (parent === undefined) return new Map();
    const content: TemplateContent = {
      ...{ definition: {}, source: {}, dialect: 'canonical', parameters: {}, defaults: {} },
      extends: parent,
    };
    const gathered = await this.parts.shelf.gather({ ...whose, content });
    if (gathered.ok) return gathered.value.assembled.parameters;
    faults.push(...gathered.error.map((found) => ({ ...found, pointer: '/extends' })));
    return undefined;
  }

  private async sourceOf(words: ContentWords, faults: Fault[]): Promise<Source | undefined> {
    if (words.definition) return words.definition;
    if (words.workflow) return this.storedWorkflow(words.workflow, faults);
    if (words.extends !== undefined) return { source: {}, where: '/workflow_definition' };
    faults.push(fault('required_field', '', { field: 'workflow_definition' }));
    return undefined;
  }

  /** Its current version, as it is now: a template does not change with the workflow that it was made of. */
  private async storedWorkflow(
    { id, where }: { id: string; where: string },
    faults: Fault[],
  ): Promise<Source | undefined> {
    const uuid = parseUuid(id);
    if (uuid === undefined) {
      faults.push(fault('wrong_type', where, { expected: 'a UUID' }));
      return undefined;
    }
    const { document } = await this.parts.catalog.find(uuid);
    return { source: document, where };
  }
}
