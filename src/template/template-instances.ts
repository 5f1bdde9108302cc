import {
  contentHash,
  deriveUuid,
  fault,
  HarmoniaError,
  isJsonObject,
  pointer,
  Turns,
  type Fault,
  type JsonObject,
  type Uuid,
  type Warning,
} from '../kernel/index.js';
import type { CredentialKeeper } from '../credential/ports/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { IdempotencyKey } from '../engine/ports/index.js';
import type { WorkflowCatalog, WorkflowWithDocument } from '../workflow/index.js';
import {
  bindParameters,
  expandTemplate,
  MASK,
  shownValues,
  versionsIn,
  type BoundParameters,
  type SecretToKeep,
} from './core/index.js';
import { contentOf, refusal, type Gathered, type TemplateShelf, type TemplateWithVersion } from './template-shelf.js';

export interface InstancesParts {
  readonly catalog: WorkflowCatalog;
  readonly shelf: TemplateShelf;
  readonly schemas: SchemaChecker;
  readonly newId: () => Uuid;
  /** Where the values of secret parameters are kept; absent: those that are kept already can be named. */
  readonly credentials: CredentialKeeper | undefined;
  /** Whether a task that asks for `${secrets.name}` gets a text. */
  readonly knowsSecret: (name: string) => boolean;
}

export interface InstantiateRequest {
  readonly values: JsonObject;
  /** Where the values stand in the request. */
  readonly where: string;
  /** Version of the template; the current one when absent. */
  readonly version?: string;
  /** Of the workflow; made unique when it is taken. */
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: JsonObject;
  readonly key?: Omit<IdempotencyKey, 'resource' | 'at'>;
}

/** What an instantiation would make. */
export interface Preview {
  readonly document: JsonObject;
  readonly warnings: readonly Warning[];
}

interface Prepared extends Preview {
  readonly instantiation: Uuid;
  readonly secrets: readonly SecretToKeep[];
}

const LONGEST_NAME = 255;
/** Of a parameter in the name of a credential, which has 128 characters at most. */
const LONGEST_PARAMETER = 64;

/** Workflows made of templates. */
export class TemplateInstances {
  private readonly turns = new Turns();

  constructor(private readonly parts: InstancesParts) {}

  /** Everything that `instantiate` checks, and nothing kept. Throws `validation_error` with every fault. */
  async preview(from: TemplateWithVersion, request: InstantiateRequest): Promise<Preview> {
    return this.prepare(from, request, this.parts.newId());
  }

  /** Keeps a new workflow. Throws `validation_error` with every fault; then nothing was kept. */
  instantiate(from: TemplateWithVersion, request: InstantiateRequest): Promise<WorkflowWithDocument> {
    // In turn, so that two of them never find the same name free.
    return this.turns.take(async () => {
      const { key } = request;
      // The same for the same key: a request that is sent again after a crash keeps its secrets in the same place.
      const id = key ? deriveUuid('template instantiation', key.scope, key.key) : this.parts.newId();
      const { document, instantiation, secrets } = await this.prepare(from, request, id);
      const kept = await this.keepSecrets(secrets);
      const origin = { instantiation, template: from.template.id, version: from.version.version };
      try {
        return await this.parts.catalog.create({ source: document, origin, ...(key && { key }) });
      } catch (error) {
        for (const credential of kept) await this.parts.credentials?.remove(credential);
        throw error;
      }
    });
  }

  /** Values without those of secret parameters: for what is remembered of a request. */
  async withoutSecrets(from: TemplateWithVersion, values: JsonObject): Promise<JsonObject> {
    const { parameters } = (await this.gather(from)).assembled;
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, parameters.get(name)?.secret ? MASK : value]),
    );
  }

  private async prepare(from: TemplateWithVersion, request: InstantiateRequest, id: Uuid): Promise<Prepared> {
    const gathered = await this.gather(from);
    const faults: Fault[] = [];
    const bound = bindParameters(
      {
        ...{ parameters: gathered.assembled.parameters, values: request.values, where: request.where },
        schemas: this.parts.schemas,
        credentialFor: (parameter) => credentialName(id, parameter),
      },
      faults,
    );
    if (faults.length > 0) throw refusal('The request', faults);
    this.checkNamed(bound, request.where);
    const { assembled } = gathered;
    const expanded = expandTemplate(assembled, { binding: bound.binding, schemas: this.parts.schemas, faults });
    if (!expanded) throw refusal('The template', faults);
    const document = await this.finished(expanded, { from, request, id, bound, gathered });
    const checked = this.parts.catalog.check(document);
    if (!checked.compiled) {
      const inside = checked.faults.map((found) => ({ ...found, pointer: `/workflow_definition${found.pointer}` }));
      throw refusal('The workflow that the template makes', inside);
    }
    return { document, instantiation: id, secrets: bound.secrets, warnings: checked.warnings };
  }

  private async gather({ template, version }: TemplateWithVersion): Promise<Gathered> {
    const { id, name } = template;
    const gathered = await this.parts.shelf.gather({ id, name, version: version.version, content: contentOf(version) });
    if (!gathered.ok) throw refusal('The template', gathered.error);
    return gathered.value;
  }

  /** A credential that a parameter names must be there, where we can know. */
  private checkNamed({ binding, secrets }: BoundParameters, where: string): void {
    const { credentials, knowsSecret } = this.parts;
    if (!credentials) {
      if (secrets.length > 0)
        throw new HarmoniaError('not_initialized', { reason: 'it has no place to keep secrets encrypted' });
      return;
    }
    const toKeep = new Set(secrets.map(({ credential }) => credential));
    const missing = [...binding].flatMap(([name, bound]) => {
      if (bound.is !== 'secret' || toKeep.has(bound.credential) || knowsSecret(bound.credential)) return [];
      const expected = 'the name of a credential of the type `secret` that is kept';
      return [fault('out_of_range', pointer(where, name, 'credential'), { expected })];
    });
    if (missing.length > 0) throw refusal('The request', missing);
  }

  /** The names of those that were not there before. */
  private async keepSecrets(secrets: readonly SecretToKeep[]): Promise<readonly string[]> {
    const { credentials, knowsSecret } = this.parts;
    const fresh = secrets.flatMap(({ credential }) => (knowsSecret(credential) ? [] : [credential]));
    for (const { credential, value } of secrets) await credentials?.put(credential, { type: 'secret', value });
    return fresh;
  }

  private async finished(document: JsonObject, made: Made): Promise<JsonObject> {
    const { from, request, id, bound, gathered } = made;
    const { template, version } = from;
    const said = typeof document.name === 'string' && document.name !== '' ? document.name : template.name;
    const name = await this.freeName(request.name ?? said, template.usageCount);
    const metadata = isJsonObject(document.metadata) ? document.metadata : {};
    const description = request.description ?? document.description ?? template.description;
    const madeOf = versionsIn(gathered.assembled, gathered.lookup).map((one) => ({
      ...{ template_id: one.id, name: one.name, version: one.version },
    }));
    const about: JsonObject = {
      template_id: template.id,
      template_version: version.version,
      template_name: template.name,
      template_instantiation_id: id,
      template_made_of: madeOf,
      parameter_values: shownValues(bound.binding),
    };
    return {
      ...document,
      name,
      version: typeof document.version === 'string' ? document.version : '1.0.0',
      ...(typeof description === 'string' && description !== '' && { description }),
      ...(document.tags === undefined && template.tags.length > 0 && { tags: template.tags }),
      metadata: {
        // It is in the canonical form, whatever the values look like: nothing translates it once more.
        ...metadata,
        ...request.metadata,
        source_dialect: 'canonical',
        ...about,
      },
    };
  }

  private async freeName(wanted: string, used: number): Promise<string> {
    const { catalog } = this.parts;
    const name = wanted.slice(0, LONGEST_NAME);
    if (!(await catalog.findByName(name))) return name;
    for (let number = Math.max(2, used + 1); ; number++) {
      const end = ` (${number})`;
      const numbered = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
      if (!(await catalog.findByName(numbered))) return numbered;
    }
  }
}

/** Without a colon: the tasks of the workflow must get it, and whoever removes the workflow may remove it. */
const credentialName = (instantiation: Uuid, parameter: string): string =>
  `template.${instantiation}.${parameter.length <= LONGEST_PARAMETER ? parameter : contentHash(parameter)}`;

interface Made {
  readonly from: TemplateWithVersion;
  readonly request: InstantiateRequest;
  readonly id: Uuid;
  readonly bound: BoundParameters;
  readonly gathered: Gathered;
}
