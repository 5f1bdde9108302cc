import { HarmoniaError, parseUuid, type Clock, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { ExecutionReader } from '../../api/ports/index.js';
import type { Engine } from '../../engine/index.js';
import type { Assistants, Candidate, Generation } from '../../llm/ports/index.js';
import type { TemplateService } from '../../template/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../../workflow/index.js';
import type { MessageAnswer, MessageDesk, MessageFrom, Needed, Sprints, TalkSubject } from '../ports/index.js';
import { COMMANDS, parseCommand, type Command, type ListName } from './command.js';
import { asksForProposed, withoutPronoun } from './pronoun.js';
import { diagnoseReply, explainReply, listReply, plain, printable, proposalReply } from './replies.js';

export interface MessageDeskParts {
  readonly catalog: WorkflowCatalog;
  readonly requests: Pick<WorkflowRequests, 'start' | 'idOf'>;
  readonly engine: Engine;
  readonly reader: ExecutionReader;
  readonly templates: TemplateService;
  readonly sprints: Pick<Sprints, 'list'>;
  readonly assistants: Assistants;
  readonly generation: Generation;
  readonly clock: Clock;
  readonly newId: () => Uuid;
}

/** Without what the talk was about before. */
type Reply = Omit<MessageAnswer, 'about'> & { readonly about?: TalkSubject };

/** As the routes want it that do the same. */
const NEEDED: Readonly<Record<Exclude<Command['is'], 'words'>, Needed>> = {
  ...{ help: 'read', incomplete: 'read', list: 'read', status: 'read', explain: 'read', diagnose: 'read' },
  ...{ start: 'run', pause: 'run', resume: 'run', cancel: 'run' },
  create: 'write',
};
/** Characters of a workflow that a talk remembers. */
const LONGEST_PROPOSED = 256 * 1024;
const LONGEST = 10_000;
const PAGE = { offset: 0, limit: 10 } as const;
/** Names of workflows that are looked for in words, the newest first. */
const MOST_NAMES = 1000;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/i;

/** Understands commands by itself. What is no command goes to the assistants, who ask a model when there is one. */
export class CommandDesk implements MessageDesk {
  constructor(private readonly parts: MessageDeskParts) {}

  async answer(message: string, { may, about = {} }: MessageFrom): Promise<MessageAnswer> {
    if (message.length > LONGEST)
      throw new HarmoniaError('invalid_request', { reason: `a message has at most ${LONGEST} characters` });
    const { proposed } = about;
    const command = parseCommand(withoutPronoun(message, about));
    const answer =
      command.is === 'start' && proposed && asksForProposed(message)
        ? await this.startProposed(proposed, command.input, may)
        : await this.obey(command, may);
    return { ...answer, response: printable(answer.response), about: { ...about, ...answer.about } };
  }

  /** What is to run is kept; what can not run is not. */
  private async startProposed(source: JsonObject, input: JsonObject, may: MessageFrom['may']): Promise<Reply> {
    may('write');
    may('run');
    const { workflow } = await this.parts.catalog.create({ source });
    try {
      return await this.start(workflow.id, input);
    } catch (error) {
      await this.parts.catalog.remove(workflow.id);
      throw error;
    }
  }

  private obey(command: Command, may: MessageFrom['may']): Promise<Reply> | Reply {
    if (command.is !== 'words') may(NEEDED[command.is]);
    switch (command.is) {
      case 'help':
        return {
          intent: 'help',
          response: ['I run workflows. You can write:', ...COMMANDS].join('\n'),
          data: [...COMMANDS],
        };
      case 'incomplete':
        return {
          intent: 'help',
          response: `That lacks something. Write: ${command.usage}`,
          data: { usage: command.usage },
        };
      case 'list':
        return this.list(command.of);
      case 'status':
        return command.of === undefined ? this.status() : this.statusOf(command.of);
      case 'start':
        return this.start(command.workflow, command.input);
      case 'pause':
      case 'resume':
      case 'cancel':
        return this.steer(command.is, command.execution);
      case 'explain':
        return this.explain(command.workflow);
      case 'diagnose':
        return this.diagnose(command.execution);
      case 'create':
        return this.propose(command.goal);
      case 'words':
        return this.understand(command.text, may);
    }
  }

  private async list(of: ListName): Promise<Reply> {
    const { lines, items, total } = await this.page(of);
    return { intent: 'list', response: listReply(of, lines, total), data: { [of]: items, total } };
  }

  private async page(of: ListName): Promise<Listed> {
    const { catalog, reader, templates, sprints } = this.parts;
    switch (of) {
      case 'workflows': {
        const { items, total } = await catalog.list({ ...PAGE, sortBy: 'updated_at', descending: true });
        return listed(total, items, ({ id, name, version, taskCount }) => ({
          line: `${plain(name)} ${version}, ${taskCount} tasks (${id})`,
          item: { id, name, version, task_count: taskCount },
        }));
      }
      case 'executions': {
        const { items, total } = await reader.list({ ...PAGE, sortBy: 'created_at', descending: true });
        return listed(total, items, ({ id, workflowName, status }) => ({
          line: `${id}: ${plain(workflowName)}, ${status}`,
          item: { id, workflow_name: workflowName, status },
        }));
      }
      case 'templates': {
        await templates.ready();
        const { items, total } = await templates.repository.list({ ...PAGE, sortBy: 'name', descending: false });
        return listed(total, items, ({ id, name, description }) => ({
          line: `${plain(name)}: ${plain(description)}`,
          item: { id, name },
        }));
      }
      case 'sprints': {
        const { items, total } = await sprints.list(PAGE);
        return listed(total, items, ({ id = null, name = null, status = null }) => ({
          line: `${shown(name)}: ${shown(status)}`,
          item: { id, name, status },
        }));
      }
    }
  }

  private async status(): Promise<Reply> {
    const { state, open, running, storage } = this.parts.engine.status();
    const { items } = await this.parts.reader.list({
      ...PAGE,
      statuses: ['failed'],
      sortBy: 'created_at',
      descending: true,
    });
    const lines = [
      `Harmonia is ${state}: ${open} executions are open, ${running} tasks run.`,
      ...(storage === undefined ? [] : [`The store takes no writes: ${storage}`]),
      ...(items[0] ? [`The last that failed: ${items[0].id} of ${plain(items[0].workflowName)}.`] : []),
    ];
    return {
      intent: 'status',
      response: lines.join('\n'),
      data: { state, open_executions: open, running_tasks: running },
    };
  }

  private async statusOf(of: string): Promise<Reply> {
    const { reader, requests } = this.parts;
    const id = parseUuid(of);
    const execution = id === undefined ? undefined : await reader.find(id);
    if (!execution) {
      const workflow = await requests.idOf(of);
      const { items } = await reader.list({
        workflowId: workflow,
        offset: 0,
        limit: 1,
        sortBy: 'created_at',
        descending: true,
      });
      if (!items[0])
        return { intent: 'status', response: `${plain(of)} has never run.`, data: { workflow_id: workflow } };
      return this.statusOf(items[0].id);
    }
    const runs = await reader.taskRuns(execution.id);
    const counts = new Map<string, number>();
    for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
    const tasks = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
    const { id: known, workflowId, workflowName, status, errorMessage } = execution;
    const words = `Execution ${known} of ${plain(workflowName)} is ${status}${tasks === '' ? '' : `; tasks: ${tasks}`}.`;
    const error =
      errorMessage === undefined ? '' : `\n${plain(errorMessage)}\nWrite "diagnose ${known}" for the causes.`;
    const data = { execution_id: known, workflow_name: workflowName, status, tasks: Object.fromEntries(counts) };
    return { intent: 'status', response: words + error, data, about: { execution: known, workflow: workflowId } };
  }

  private async start(workflow: string, input: JsonObject): Promise<Reply> {
    const { requests, newId } = this.parts;
    const id = await requests.idOf(workflow);
    const { execution } = await requests.start({
      workflow: id,
      input,
      metadata: { started_from: 'message' },
      key: newId(),
    });
    const response = `${plain(workflow)} was started: execution ${execution}. Write "status ${execution}" to see how it goes.`;
    return {
      intent: 'start',
      response,
      data: { execution_id: execution },
      about: { execution, workflow: id, proposed: undefined },
    };
  }

  private async steer(action: 'pause' | 'resume' | 'cancel', execution: Uuid): Promise<Reply> {
    await this.mustFind(execution);
    await this.parts.engine[action](execution);
    const { status } = await this.mustFind(execution);
    return {
      intent: action,
      response: `Execution ${execution} is ${status}.`,
      data: { execution_id: execution, status },
      about: { execution },
    };
  }

  private async explain(workflow: string): Promise<Reply> {
    const { assistants, requests, clock } = this.parts;
    const id = await requests.idOf(workflow);
    const explained = await assistants.explain({ workflow: id, now: clock.now() });
    return {
      intent: 'explain',
      response: explainReply(explained),
      data: { workflow_id: id },
      about: { workflow: id, proposed: undefined },
    };
  }

  private async diagnose(execution: Uuid): Promise<Reply> {
    const { assistants, clock } = this.parts;
    const diagnosed = await assistants.diagnose({ execution, now: clock.now() });
    return {
      intent: 'diagnose',
      response: diagnoseReply(diagnosed),
      data: { execution_id: execution },
      about: { execution },
    };
  }

  private async propose(goal: string): Promise<Reply> {
    const { candidates, analysis } = await this.parts.generation.generate({ goal });
    const response = proposalReply(candidates, analysis.nothingNear?.message);
    const data = candidates.map(({ id, title, source, definition }) => ({ id, title, source, definition }));
    return {
      intent: 'create',
      response,
      data: { candidates: data },
      about: { proposed: runnable(candidates), workflow: undefined },
    };
  }

  /** Words that name an execution ask about it, those that name a workflow about that; the others say what is wanted. */
  private async understand(text: string, may: MessageFrom['may']): Promise<Reply> {
    may('read');
    const id = UUID.exec(text)?.[0].toLowerCase();
    if (id !== undefined && (await this.parts.reader.find(id))) return this.diagnose(id);
    const named = await this.workflowNamedIn(text);
    if (named !== undefined) return this.explain(named);
    may(NEEDED.create);
    return this.propose(text);
  }

  /** The longest name of a workflow that stands in the words, as whole words. */
  private async workflowNamedIn(text: string): Promise<Uuid | undefined> {
    const { items } = await this.parts.catalog.list({
      offset: 0,
      limit: MOST_NAMES,
      sortBy: 'updated_at',
      descending: true,
    });
    const words = wordsOf(text);
    const found = items.filter(({ name }) => wordsOf(name).trim() !== '' && words.includes(wordsOf(name)));
    found.sort((a, b) => b.name.length - a.name.length);
    return found[0]?.id;
  }

  private async mustFind(id: Uuid): Promise<NonNullable<Awaited<ReturnType<ExecutionReader['find']>>>> {
    const record = await this.parts.reader.find(id);
    if (!record) throw new HarmoniaError('execution_not_found', { id });
    return record;
  }
}

/**
 * The first that `run it` may mean. What a model has written is looked at by a person first, and kept by him: a title says
 * nothing of what it does.
 */
const runnable = (candidates: readonly Pick<Candidate, 'source' | 'definition'>[]): JsonObject | undefined => {
  const [first] = candidates;
  if (first?.source !== 'template' || !first.definition) return undefined;
  return JSON.stringify(first.definition).length <= LONGEST_PROPOSED ? first.definition : undefined;
};

const shown = (value: Json): string => (typeof value === 'string' ? plain(value) : 'unknown');

/** Words between spaces, so that a whole one is found. */
const wordsOf = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim()} `;

interface Listed {
  readonly lines: readonly string[];
  readonly items: readonly Json[];
  readonly total: number;
}

const listed = <T>(
  total: number,
  items: readonly T[],
  show: (item: T) => { readonly line: string; readonly item: JsonObject },
): Listed => {
  const shown = items.map(show);
  return { total, lines: shown.map(({ line }) => line), items: shown.map(({ item }) => item) };
};
