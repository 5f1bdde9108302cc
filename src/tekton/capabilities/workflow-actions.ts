import {
  contentHash,
  fault,
  HarmoniaError,
  isJsonObject,
  parseUuid,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import { endOf, type Ended } from '../../engine/core/index.js';
import type { Engine } from '../../engine/index.js';
import type { ExecutionReader, ExecutionRecord } from '../../api/ports/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../../workflow/index.js';
import { openParamsOf, paramsOf, WORDS, type OwnAction } from './own-action.js';
import type { CreationKey, Repeatable } from './repeatable.js';

export interface WorkflowActionParts {
  readonly catalog: WorkflowCatalog;
  readonly engine: Engine;
  readonly requests: Pick<WorkflowRequests, 'start'>;
  readonly reader: ExecutionReader;
  readonly repeatable: Repeatable;
  readonly newId: () => Uuid;
}

/** Seconds that a caller may wait for an end. */
const PATIENCE = { usual: 60, most: 3600 };

const textIn = (params: JsonObject, name: string): string => {
  const value = params[name];
  return typeof value === 'string' ? value : '';
};

/** An id in a param. Throws `validation_error`. */
export const idIn = (params: JsonObject, name: string): Uuid => {
  const id = parseUuid(textIn(params, name));
  if (id !== undefined) return id;
  const faults = [fault('wrong_type', `/${name}`, { expected: 'a UUID' })];
  throw new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults });
};

const tasksOf = ({ tasks }: JsonObject): readonly string[] => Object.keys(isJsonObject(tasks) ? tasks : {});

const endWords = (ended: Ended | undefined): JsonObject => ({
  output: ended?.is === 'completed' ? ended.output : null,
  error: ended?.is === 'failed' ? ended.failure.message : null,
  error_code: ended?.is === 'failed' ? ended.failure.code : null,
});

/** What the workflow client of the platform asks for. */
export class WorkflowActions {
  constructor(private readonly parts: WorkflowActionParts) {}

  all(): readonly OwnAction[] {
    return [this.create(), this.execute(), this.status(), this.cancel()];
  }

  private create(): OwnAction {
    return {
      name: 'create_workflow',
      needed: 'write',
      description: 'Keeps a workflow, in any dialect; tasks may be a list or a map.',
      params: openParamsOf(
        { name: WORDS.text, description: { type: 'string' }, tasks: { type: ['array', 'object'] } },
        [...['name', 'tasks']],
      ),
      run: async (params, key) => {
        const { catalog, repeatable } = this.parts;
        const make = async (creation: CreationKey | undefined): Promise<Uuid> =>
          (await catalog.create({ source: params, ...(creation && { key: creation }) })).workflow.id;
        const id = await repeatable.once({ scope: 'create_workflow', key, params, create: make });
        const { workflow } = await catalog.find(id);
        const { name, version, taskCount } = workflow;
        return { success: true, workflow_id: id, id, name, version, task_count: taskCount };
      },
    };
  }

  private execute(): OwnAction {
    return {
      name: 'execute_workflow',
      needed: 'run',
      description: 'Starts an execution of a workflow, by its id or name; with wait it answers when that has ended.',
      params: paramsOf(
        {
          workflow_id: { ...WORDS.text, description: 'Id or name.' },
          input: WORDS.object,
          version: { ...WORDS.text, description: 'A version, or a range of them.' },
          metadata: WORDS.object,
          wait: {
            ...WORDS.flag,
            description: 'Default: false. An execution that fails is then a failure of the action.',
          },
          timeout: {
            type: 'number',
            exclusiveMinimum: 0,
            maximum: PATIENCE.most,
            description: 'Seconds to wait; default 60.',
          },
        },
        ['workflow_id'],
      ),
      run: async (params, key) => {
        const id = await this.started(params, key);
        const { wait = false, timeout = PATIENCE.usual } = params;
        const signal = wait === true ? AbortSignal.timeout(Number(timeout) * 1000) : undefined;
        const ended = signal && (await this.parts.engine.ended(id, signal));
        if (ended?.is === 'failed' || ended?.is === 'canceled')
          throw new HarmoniaError('execution_not_completed', {
            id,
            reason: ended.is === 'failed' ? ended.failure.message : 'it was canceled',
          });
        const record = await this.mustFind(id);
        const { workflowId, status } = record;
        // A short one, or one that was asked for again with its key, may have ended.
        return { success: true, execution_id: id, workflow_id: workflowId, status, ...(await this.resultOf(record)) };
      },
    };
  }

  private status(): OwnAction {
    return {
      name: 'get_workflow_status',
      needed: 'read',
      description: 'How an execution stands, with its tasks, its output and its error.',
      params: paramsOf({ execution_id: WORDS.id }, ['execution_id']),
      run: async (params) => {
        const id = idIn(params, 'execution_id');
        const record = await this.mustFind(id);
        const document = (await this.parts.catalog.definition(record.definition)) ?? {};
        const runs = new Map((await this.parts.reader.taskRuns(id)).map(({ step, status }) => [step, status]));
        const rest = record.status === 'failed' || record.status === 'canceled' ? 'canceled' : 'pending';
        const tasks = tasksOf(document).map((task) => [task, runs.get(`/${task}`) ?? rest] as const);
        return {
          ...{ execution_id: id, workflow_id: record.workflowId, workflow_name: record.workflowName },
          status: record.status,
          task_statuses: Object.fromEntries(tasks),
          progress: {
            completed_tasks: tasks.filter(([, status]) => status === 'completed').length,
            total_tasks: record.totalTasks,
          },
          ...(await this.resultOf(record)),
        };
      },
    };
  }

  private cancel(): OwnAction {
    return {
      name: 'cancel_workflow',
      needed: 'run',
      description: 'Cancels an execution. One that is canceled already stays so.',
      params: paramsOf({ execution_id: WORDS.id, reason: { type: 'string', maxLength: 1000 } }, ['execution_id']),
      run: async (params) => {
        const id = idIn(params, 'execution_id');
        const { reason } = params;
        if ((await this.mustFind(id)).status !== 'canceled')
          await this.parts.engine.cancel(id, typeof reason === 'string' ? { reason } : {});
        return { success: true, execution_id: id, status: (await this.mustFind(id)).status };
      },
    };
  }

  private async started(params: JsonObject, key: string | undefined): Promise<Uuid> {
    const { requests, newId } = this.parts;
    const { input = {}, metadata, version } = params;
    const started = await requests.start({
      workflow: textIn(params, 'workflow_id'),
      input,
      ...(typeof version === 'string' && { version }),
      ...(isJsonObject(metadata) && { metadata }),
      // Theirs may be longer than ours.
      key: `action:${key === undefined ? newId() : contentHash(key)}`,
    });
    return started.execution;
  }

  private async resultOf({ id, endedAt, journal, errorMessage, errorCode }: ExecutionRecord): Promise<JsonObject> {
    return {
      ...endWords(endedAt === undefined ? undefined : await this.endOf(id, journal)),
      ...(errorMessage !== undefined && { error: errorMessage, error_code: errorCode ?? null }),
    };
  }

  /** As its last event says. A journal that retention deleted says nothing any more. */
  private async endOf(id: Uuid, journal: string): Promise<Ended | undefined> {
    if (journal === 'gone') return undefined;
    const { reader } = this.parts;
    const [last] = await reader.events(id, (await reader.lastSequence(id)) - 1, 1);
    return endOf(last?.recorded.event);
  }

  private mustFind(id: Uuid): ReturnType<typeof mustFind> {
    return mustFind(this.parts.reader, id);
  }
}

/** An execution. Throws `execution_not_found`. */
export const mustFind = async (
  reader: ExecutionReader,
  id: Uuid,
): Promise<NonNullable<Awaited<ReturnType<ExecutionReader['find']>>>> => {
  const record = await reader.find(id);
  if (!record) throw new HarmoniaError('execution_not_found', { id });
  return record;
};

/** A param that is an object. */
export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
