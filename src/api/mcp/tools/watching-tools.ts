import { eitherInBody, executionInBody, filtered } from '../../access/route-access.js';
import type { Uuid } from '../../../kernel/index.js';
import { onlyOf } from '../../access/seen-by.js';
import { planBody } from '../../rest/execution/reexecution-desk.js';
import { timeline } from '../../rest/present/metrics.js';
import { uuidAt } from '../../rest/validation.js';
import { BEGINNING, placeAt, placeOf, textOf } from '../../streams/place.js';
import { answer, defineTool, flag, id, listOf, object, text, textOrNull, type Tool, type ToolCall } from '../tool.js';
import { quoted } from '../consent.js';
import type { ToolDesk } from '../tool-desk.js';
import {
  ApprovalArguments,
  EventsArguments,
  ListApprovalsArguments,
  OneExecutionArguments,
  RetryArguments,
  SendEventArguments,
  WaitArguments,
  type ExecutionArguments,
} from './execution-arguments.js';
import { EXECUTION, executionAnswer, executionSchema } from './execution-answer.js';
import { ExecutionProgress } from './execution-progress.js';
import { listed, listSchema, partOf } from './paging.js';

const about = { category: 'workflow_execution', tags: ['workflow', 'execution'] } as const;
const PATIENCE = 50;

const at = ({ execution_id: execution }: ExecutionArguments): Uuid => uuidAt(execution, '/execution_id');

const get = defineTool({
  ...about,
  name: 'GetWorkflowExecution',
  about: executionInBody,
  title: 'Get an execution',
  description: 'Show an execution whole: input, output, error, and what each task gave.',
  access: 'read',
  input: OneExecutionArguments,
  output: executionSchema,
  run: async ({ view }, given) => executionAnswer(await view.whole(at(given))),
});

/** True: it has ended. False: the time is over, or nobody waits any more. */
const awaitEnd = async (desk: ToolDesk, execution: Uuid, { signal, tell, ms }: ToolCall & { ms: number }) => {
  const progress = tell && new ExecutionProgress(desk, execution, tell);
  try {
    await progress?.look();
    return (await desk.engine.ended(execution, AbortSignal.any([signal, AbortSignal.timeout(ms)]))) !== undefined;
  } finally {
    progress?.stop();
  }
};

const wait = defineTool({
  ...about,
  name: 'WaitForWorkflowExecution',
  about: executionInBody,
  title: 'Wait for the end of an execution',
  description:
    'Wait until an execution has ended, and show it whole. ended false: it goes on, wait again. Tells its progress meanwhile to a caller who asks for it.',
  access: 'read',
  input: WaitArguments,
  output: answer({ ended: flag, ...EXECUTION }),
  run: async (desk, given, call) => {
    const execution = at(given);
    await desk.view.mustFind(execution);
    const ended = await awaitEnd(desk, execution, { ...call, ms: (given.timeout_seconds ?? PATIENCE) * 1000 });
    return { ended, ...executionAnswer(await desk.view.whole(execution)) };
  },
});

const retry = defineTool({
  ...about,
  name: 'RetryWorkflowExecution',
  about: executionInBody,
  title: 'Run an execution again',
  description:
    'Let an execution that has ended go on: what failed once more, from a step on, or in a new execution. What has completed and is kept does not run again.',
  access: 'run',
  reachesOut: true,
  input: RetryArguments,
  output: answer({
    ...{ execution_id: id, operation: text, dry_run: flag },
    ...{ kept: listOf(object), reset: listOf(object), created: listOf(object) },
  }),
  run: async ({ engine, reexecutions }, { operation = 'retry_failed', dry_run: dryRun = false, ...body }) => {
    const execution = at(body);
    const asked = await reexecutions.operationOf(execution, { operation, ...body });
    if (dryRun) {
      const plan = await engine.planReexecution(execution, asked);
      return { execution_id: execution, operation, dry_run: true, ...planBody(plan) };
    }
    const done = await engine.reexecute(execution, asked);
    return { execution_id: done.execution, operation, dry_run: false, ...planBody(done.plan) };
  },
});

const send = defineTool({
  ...about,
  name: 'SendEvent',
  about: eitherInBody,
  title: 'Give an event to executions',
  description:
    'Tell executions that something happened: those that wait for an event of this name go on. To one execution, to those of one workflow, or to all.',
  access: 'run',
  reachesOut: true,
  input: SendEventArguments,
  output: answer({ event_id: id, name: text, delivered: listOf(id) }),
  run: ({ events }, given) => events.publish(given),
});

const approve = defineTool({
  ...about,
  name: 'AnswerApproval',
  about: executionInBody,
  title: 'Answer an approval',
  description:
    'Say yes or no to a step that waits for a person. Only with the word of that person: an execution waits here because no program is to decide.',
  access: 'run',
  reachesOut: true,
  input: ApprovalArguments,
  consent: {
    to: async ({ view }, given) => {
      const { id: execution, workflowName } = await view.mustFind(at(given));
      const answer = given.approved ? 'Say yes' : 'Say no';
      return `${answer} to the step ${quoted(given.step)} of the execution ${execution} of ${quoted(workflowName)}`;
    },
  },
  output: answer({ execution_id: id, status: text }),
  run: async ({ events }, given) => {
    const { execution_id: _, ...body } = given;
    return { execution_id: at(given), status: await events.approve(at(given), body) };
  },
});

const approvals = defineTool({
  ...about,
  name: 'ListApprovals',
  about: filtered,
  title: 'List open approvals',
  description: 'List the steps that wait for the word of a person, the oldest first.',
  access: 'read',
  input: ListApprovalsArguments,
  output: answer(
    listSchema('approvals', { type: 'object', properties: { execution_id: id, step: text, since: text } }),
  ),
  run: async ({ events }, page, { asker }) => {
    const part = partOf(page);
    const { items, total } = await events.approvals({ ...part, page: 1, ...onlyOf(asker.sight) });
    return listed('approvals', items, { ...part, total });
  },
});

const journal = defineTool({
  ...about,
  name: 'GetExecutionEvents',
  about: executionInBody,
  title: 'What happened in an execution',
  description:
    'Read the journal of an execution as public events, page by page: go on with next_since until it is null.',
  access: 'read',
  input: EventsArguments,
  output: answer({ execution_id: id, events: listOf(object), next_since: textOrNull }),
  run: async ({ view, history }, given) => {
    const { since, limit = 100 } = given;
    const after = placeAt(since, '/since') ?? BEGINNING;
    const { id: execution } = await view.mustHaveJournal(at(given));
    const { events, isLast } = await history.first(execution, after, limit);
    const last = events.at(-1);
    const next = isLast || !last ? null : textOf(placeOf(last, 'execution'));
    return { execution_id: execution, events, next_since: next };
  },
});

const times = defineTool({
  ...about,
  name: 'GetExecutionTimeline',
  about: executionInBody,
  title: 'When what ran in an execution',
  description: 'Show the attempts and pauses of an execution over time.',
  access: 'read',
  input: OneExecutionArguments,
  output: answer({}),
  run: async ({ view }, given) => {
    const { id: execution } = await view.mustHaveJournal(at(given));
    return timeline(await view.sources(execution));
  },
});

export const WATCHING_TOOLS: readonly Tool[] = [get, wait, retry, send, approve, approvals, journal, times];
