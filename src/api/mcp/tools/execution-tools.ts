import { executionInBody, filtered, workflowInBody } from '../../access/route-access.js';
import { isoInstant, type JsonObject } from '../../../kernel/index.js';
import { onlyOf } from '../../access/seen-by.js';
import { filterOf } from '../../rest/execution/execution-filter.js';
import { executionItem } from '../../rest/present/execution.js';
import { plainJson, uuidAt } from '../../rest/validation.js';
import { always, answer, defineTool, id, object, text, textOrNull, type Tool } from '../tool.js';
import { quoted } from '../consent.js';
import {
  CancelArguments,
  ExecuteArguments,
  ExecutionArguments,
  ListExecutionsArguments,
} from './execution-arguments.js';
import { listed, listSchema } from './paging.js';

const about = { category: 'workflow_execution', tags: ['workflow', 'execution'], isUpstream: true } as const;
const STATUS = 'pending, running, paused, completed, failed or canceled';

const at = ({ execution_id: execution }: ExecutionArguments) => uuidAt(execution, '/execution_id');

const execute = defineTool({
  ...about,
  name: 'ExecuteWorkflow',
  about: workflowInBody,
  title: 'Run a workflow',
  description:
    'Start an execution of a workflow. It is durable when this answers, and runs on; WaitForWorkflowExecution waits for its end.',
  access: 'run',
  reachesOut: true,
  input: ExecuteArguments,
  output: answer({ execution_id: id, workflow_id: id, status: text, started_at: text }),
  run: async ({ executions, view }, { workflow_id: workflow, input_data: input, metadata }) => {
    const key = uuidAt(workflow, '/workflow_id');
    const execution = await executions.start(key, {
      input: plainJson(input, '/input_data') as JsonObject,
      ...(metadata !== undefined && { metadata: plainJson(metadata, '/metadata') as JsonObject }),
    });
    const { status, createdAt } = await view.mustFind(execution);
    return { execution_id: execution, workflow_id: key, status, started_at: isoInstant(createdAt) };
  },
});

const steered = (status: string) => answer({ execution_id: id, status: always(status) });

const cancel = defineTool({
  ...about,
  name: 'CancelWorkflowExecution',
  about: executionInBody,
  title: 'Cancel an execution',
  description:
    'Cancel an execution: running attempts are aborted, the rest does not start. There is no way back but a re-execution.',
  access: 'run',
  destroys: true,
  repeatable: true,
  input: CancelArguments,
  consent: {
    to: async ({ view }, given) => {
      const { id: execution, workflowName } = await view.mustFind(at(given));
      return `Cancel the execution ${execution} of ${quoted(workflowName)}`;
    },
  },
  output: steered('cancelled'),
  run: async ({ executions }, given) => {
    await executions.cancel(at(given), {});
    return { execution_id: at(given), status: 'cancelled' };
  },
});

const pause = defineTool({
  ...about,
  name: 'PauseWorkflowExecution',
  about: executionInBody,
  title: 'Pause an execution',
  description: 'Pause an execution: running attempts end, nothing starts until it is resumed.',
  access: 'run',
  input: ExecutionArguments,
  output: steered('paused'),
  run: async ({ executions }, given) => {
    await executions.pause(at(given), {});
    return { execution_id: at(given), status: 'paused' };
  },
});

const resume = defineTool({
  ...about,
  name: 'ResumeWorkflowExecution',
  about: executionInBody,
  title: 'Resume an execution',
  description: 'Let a paused execution go on.',
  access: 'run',
  reachesOut: true,
  input: ExecutionArguments,
  output: steered('running'),
  run: async ({ executions }, given) => {
    await executions.resume(at(given), {});
    return { execution_id: at(given), status: 'running' };
  },
});

const status = defineTool({
  ...about,
  name: 'GetWorkflowExecutionStatus',
  about: executionInBody,
  title: 'How an execution is',
  description: `Tell the status of an execution and of its tasks: ${STATUS}. progress is in percent.`,
  access: 'read',
  input: ExecutionArguments,
  output: answer({
    ...{ execution_id: id, workflow_id: id, status: text, progress: { type: 'number' }, started_at: text },
    ...{ completed_at: textOrNull, task_statuses: object, error_message: textOrNull },
  }),
  run: async ({ view }, given) => {
    const whole = await view.whole(at(given));
    return {
      ...{ execution_id: whole.id, workflow_id: whole.workflow_id, status: whole.status },
      ...{ progress: whole.completion_percentage, started_at: whole.started_at, completed_at: whole.completed_at },
      ...{ task_statuses: whole.task_statuses, error_message: whole.error_message },
    };
  },
});

const list = defineTool({
  ...about,
  name: 'ListWorkflowExecutions',
  about: filtered,
  title: 'List executions',
  description: 'List executions, the newest first.',
  access: 'read',
  input: ListExecutionsArguments,
  output: answer(
    listSchema('executions', {
      type: 'object',
      properties: { execution_id: id, workflow_id: id, status: text, started_at: text, completed_at: textOrNull },
    }),
  ),
  run: async ({ reader }, given, { asker }) => {
    const filter = { ...filterOf(given, {}), ...onlyOf(asker.sight) };
    const { items, total } = await reader.list(filter);
    const shown = items.map((record) => {
      const item = executionItem(record, {});
      return {
        ...{ execution_id: item.id, workflow_id: item.workflow_id, workflow_name: item.workflow_name },
        ...{ status: item.status, started_at: item.started_at, completed_at: item.completed_at },
      };
    });
    return listed('executions', shown, { ...filter, total });
  },
});

export const EXECUTION_TOOLS: readonly Tool[] = [execute, cancel, pause, resume, status, list];
