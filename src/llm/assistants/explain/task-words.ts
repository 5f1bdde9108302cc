import type {
  CompiledScope,
  CompiledTask,
  Condition,
  TaskCatalogue,
  Template,
  Work,
} from '../../../engine/core/index.js';
import { actionOf } from '../../optimizer/ir/index.js';
import { code, count, duration, listed, quoted } from './english.js';

/** What task types say of themselves; absent: nothing is said of them. */
export type Describes = Pick<TaskCatalogue, 'find'> | undefined;

/** A value of a definition, as it can be told before it is worked out. */
export const valueWords = (template: Template): string => {
  switch (template.is) {
    case 'constant':
      return typeof template.value === 'string' ? quoted(template.value, 80) : code(JSON.stringify(template.value), 80);
    case 'expression':
      return code(`\${${template.expression.source}}`);
    case 'secret':
      return `the secret ${code(template.name)}`;
    default:
      return 'a value that is worked out then';
  }
};

export const conditionWords = (condition: Condition): string =>
  condition.is === 'constant' ? String(condition.value) : code(`\${${condition.expression.source}}`);

const seconds = (template: Template | undefined, words: (length: string) => string): string => {
  if (!template) return '';
  if (template.is === 'constant' && typeof template.value === 'number') return words(duration(template.value * 1000));
  return words(`${valueWords(template)} seconds`);
};

const atMost = (within: Template | undefined): string =>
  within ? seconds(within, (length) => `, for at most ${length}`) : ', however long that takes';

const named = ({ id }: { readonly id: string }): string => code(id);

const taskCall = (task: CompiledTask & { readonly work: Work & { is: 'task' } }, types: Describes): string => {
  const action = actionOf(task);
  const what = action === undefined ? task.work.type : action.replace(/^tekton\/action /, '');
  const said = types?.find(task.work.type)?.description.trim() ?? '';
  return `runs ${code(what)}${said === '' ? '' : ` (${quoted(said, 100)})`}`;
};

const TIMED_OUT = { fail: 'fails', approve: 'counts as approved', reject: 'counts as refused' } as const;

const waitWords = (work: Work): string => {
  switch (work.is) {
    case 'wait':
      if (work.until) return `waits until ${valueWords(work.until)}`;
      return seconds(work.seconds, (length) => `waits ${length}`);
    case 'event': {
      const match = work.match ? ` for which ${conditionWords(work.match)} is true` : '';
      return `waits for the event ${valueWords(work.name)}${match}${atMost(work.within)}`;
    }
    case 'approval': {
      const by = work.by.is === 'constant' && Array.isArray(work.by.value) ? (work.by.value as string[]) : undefined;
      const who =
        by === undefined
          ? valueWords(work.by)
          : by.length === 0
            ? 'anybody'
            : listed(
                by.map((one) => quoted(one, 60)),
                { last: 'or' },
              );
      const after = work.within ? `, and ${TIMED_OUT[work.onTimeout]} after that` : '';
      return `waits for an approval by ${who}${atMost(work.within)}${after}`;
    }
    case 'webhook':
      return `waits for a request to a URL of its own${atMost(work.within)}`;
    case 'workflow':
      return `starts the workflow ${quoted(work.name, 100)}${work.version === undefined ? '' : ` ${code(work.version)}`} ${work.wait ? 'and waits until it has ended' : 'and goes on without waiting for it'}`;
    default:
      return '';
  }
};

const holderWords = (work: Work): string => {
  switch (work.is) {
    case 'map': {
      const most =
        work.concurrency === undefined
          ? 'all at the same time'
          : work.concurrency === 1
            ? 'one after the other'
            : `${work.concurrency} at a time`;
      return `goes over ${valueWords(work.over)} and does this for each ${code(work.as)}, ${most}`;
    }
    case 'loop': {
      const { is, condition } = work.test;
      const when =
        is === 'while'
          ? `as long as ${conditionWords(condition)} is true`
          : `until ${conditionWords(condition)} is true`;
      return `repeats this ${when}, ${count(work.maxIterations, 'time')} at most (to want more is a failure)`;
    }
    case 'group':
      return `holds tasks that belong together${work.concurrency === undefined ? '' : `, ${work.concurrency} of them at a time`}`;
    case 'race':
      return 'lets these compete: the first that completes wins, the others are canceled';
    case 'try':
      return `tries this${work.catch ? ', and has an answer to its failure' : ''}${work.finally ? ', with something that is done in any case' : ''}`;
    default:
      return '';
  }
};

/** Ways of a switch that are told one by one. */
const MOST_WAYS = 8;

const switchWords = (work: Work & { is: 'switch' }, scope: CompiledScope): string => {
  const ways = work.branches.map(({ when, goto }) => {
    const target = scope.tasks[goto];
    const name = target ? named(target) : 'nothing';
    return when ? `${name} if ${conditionWords(when)}` : `else ${name}`;
  });
  const left = ways.length - MOST_WAYS;
  const rest = left > 0 ? [`${left} more ways`] : work.branches.some(({ when }) => !when) ? [] : ['else none'];
  return `chooses one way: ${[...ways.slice(0, MOST_WAYS), ...rest].join(', ')}`;
};

/** What a task does, as the end of a sentence that begins with its name. */
export const workWords = (task: CompiledTask, scope: CompiledScope, types?: Describes): string => {
  const { work } = task;
  if (work.is === 'task') return taskCall({ ...task, work }, types);
  if (work.is === 'switch') return switchWords(work, scope);
  return holderWords(work) || waitWords(work);
};

/** When a task runs at all, beside its turn. */
export const provisoWords = (task: CompiledTask, scope: CompiledScope): string => {
  const parts: string[] = [];
  const gates = task.gates.flatMap((index) => scope.tasks[index] ?? []);
  const chosen = gates.filter(({ work }) => work.is === 'switch').map(named);
  const failing = gates.filter(({ work }) => work.is !== 'switch').map(named);
  if (chosen.length > 0) parts.push(`if ${listed(chosen, { last: 'or' })} chooses it`);
  if (failing.length > 0) parts.push(`if ${listed(failing, { last: 'or' })} fails`);
  if (task.when) parts.push(`if ${conditionWords(task.when)}`);
  if (task.join.is === 'count') {
    const { needed } = task.join;
    parts.push(
      `as soon as ${needed} of the ${count(task.needs.length, 'task')} before it ${needed === 1 ? 'has' : 'have'} completed`,
    );
  }
  return parts.length === 0 ? '' : `, only ${listed(parts)}`;
};
