import {
  canonicalJson,
  contentHash,
  HarmoniaError,
  parseUuid,
  type Json,
  type JsonObject,
  type Uuid,
} from '../kernel/index.js';
import { parseLimits, type Limits } from '../engine/core/index.js';
import type { Engine } from '../engine/index.js';
import type { WorkflowCatalog } from './workflow-catalog.js';

/** An execution to be started by something that is no person. */
export interface StartRequest {
  /** Id or name of the workflow. */
  readonly workflow: string;
  /** A version, or a range of them. Absent: the current one. */
  readonly version?: string;
  readonly input?: Json;
  /** Limits of what the execution may use, `{tokens?, calls?, cost?, seconds?}`, beside those of the workflow. */
  readonly budget?: object;
  readonly metadata?: JsonObject;
  /** Started again with the same key, the first execution is answered. */
  readonly key: string;
}

/** Something that happened. */
export interface EventRequest {
  readonly id?: string;
  readonly name: string;
  readonly payload: Json;
}

export interface WorkflowRequestsParts {
  /** Asked for at each request: what asks for workflows may be made before what runs them. */
  readonly engine: () => Engine;
  readonly catalog: WorkflowCatalog;
  readonly newId: () => Uuid;
}

const SCOPE = 'requests';
const LONGEST_KEY = 200;

const uuidOf = (text: string, what: string): Uuid => {
  const id = parseUuid(text);
  if (id !== undefined) return id;
  throw new HarmoniaError('invalid_request', { reason: `${what} "${text}" is no UUID` });
};

/** Who asks may be a plugin written in JavaScript. */
const limitsOf = (budget: object): Limits => {
  const limits = parseLimits(budget as Json, '/budget');
  if (limits.ok) return limits.value;
  throw new HarmoniaError(
    'validation_error',
    { subject: 'The start', count: limits.error.length },
    { faults: limits.error },
  );
};

/**
 * What plugins, schedules, webhooks and triggers ask of workflows, by names as people know them. Each is durable when its
 * promise fulfils; refusals are `HarmoniaError`s.
 */
export class WorkflowRequests {
  constructor(private readonly parts: WorkflowRequestsParts) {}

  async start(start: StartRequest): Promise<{ readonly execution: Uuid }> {
    const { workflow, version, input = {}, budget, metadata, key } = start;
    if (key === '' || key.length > LONGEST_KEY)
      throw new HarmoniaError('invalid_request', { reason: `a key has 1 to ${LONGEST_KEY} characters` });
    const { catalog } = this.parts;
    const id = await this.idOf(workflow);
    const limits = budget && limitsOf(budget);
    const about = { workflow: id, version: version ?? null, input, ...(limits && { budget: limits as JsonObject }) };
    const request = contentHash(canonicalJson(about));
    const { execution } = await this.parts.engine().start({
      ...(await catalog.toStartInRange(id, version)),
      input,
      ...(metadata && { metadata }),
      ...(limits && { options: { budget: limits } }),
      key: { scope: SCOPE, key, request },
    });
    return { execution };
  }

  /** The execution that was started with a key. Keys are remembered for a week. */
  async startedBy(key: string): Promise<Uuid | undefined> {
    return (await this.parts.catalog.recall(SCOPE, key))?.resource;
  }

  async publish(event: EventRequest, workflow?: string): Promise<readonly Uuid[]> {
    const to = workflow === undefined ? undefined : await this.idOf(workflow);
    return this.parts.engine().publish(this.eventOf(event), to);
  }

  async signal(execution: string, event: EventRequest): Promise<void> {
    await this.parts.engine().deliver(uuidOf(execution, 'the execution'), this.eventOf(event));
  }

  async setState(execution: string, values: JsonObject): Promise<void> {
    await this.parts.engine().setVariables(uuidOf(execution, 'the execution'), values);
  }

  /** The id of a workflow by its id or name. Throws `workflow_not_found`. */
  async idOf(workflow: string): Promise<Uuid> {
    const { catalog } = this.parts;
    const id = parseUuid(workflow);
    if (id !== undefined) return (await catalog.find(id)).workflow.id;
    const found = await catalog.findByName(workflow);
    if (!found) throw new HarmoniaError('workflow_not_found', { id: workflow });
    return found.id;
  }

  private eventOf({ id, name, payload }: EventRequest): { id: Uuid; name: string; payload: Json } {
    return { id: id === undefined ? this.parts.newId() : uuidOf(id, 'the event'), name, payload };
  }
}
