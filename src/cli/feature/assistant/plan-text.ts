import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];
const texts = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? (value as Json[]).map(text) : []);

const MARK: Readonly<Record<string, string>> = { certain: '●', possible: '○', impossible: '×' };

const timesOf = ({ times }: JsonObject): string => {
  if (!isJsonObject(times) || (times.max === 1 && times.min !== null)) return '';
  const { min, max } = times;
  return max === 0
    ? ''
    : min === max
      ? ` ${text(min)} times`
      : ` ${text(min)} to ${max === null ? 'any number of' : text(max)} times`;
};

const taskLine = (task: JsonObject): string => {
  const share = typeof task.share === 'number' ? `, in ${Math.round(task.share * 100)} % of runs` : '';
  const reasons = list(task.reasons).map((reason) => text(reason.text));
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return `  ${MARK[text(task.chance)] ?? ' '} ${text(task.task)}  ${text(task.work)}${timesOf(task)}${share}${why}`;
};

const seconds = (value: Json | undefined): string =>
  typeof value === 'number' ? `${value < 10 ? value.toFixed(1) : Math.round(value)} s` : '?';

const waitLine = ({ task, for: what, by, p50_seconds: p50, within_seconds: within }: JsonObject): string => {
  const who = texts(by).length > 0 ? ` by ${texts(by).join(', ')}` : '';
  const usual = typeof p50 === 'number' ? `, usually ${seconds(p50)}` : '';
  const most = typeof within === 'number' ? `, at most ${seconds(within)}` : '';
  return `  ${text(task)}  ${text(what)}${who}${usual}${most}`;
};

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? [title, ...lines] : [];

const childLines = (child: JsonObject, indent = '  '): readonly string[] => {
  const { task, name, planned_version: version, outcome, refusal, chance } = child;
  const why = isJsonObject(refusal) ? `: ${text(refusal.message)}` : '';
  const how = outcome === 'planned' ? '' : outcome === 'repeats' ? ' (as above)' : ` (${text(outcome)}${why})`;
  return [
    `${indent}${MARK[text(chance)] ?? ' '} ${text(task)}  ${text(name)} ${text(version ?? '')}${how}`.trimEnd(),
    ...list(child.tasks).map((one) => indent + taskLine(one)),
    ...list(child.workflows).flatMap((inner) => childLines(inner, `${indent}  `)),
  ];
};

const expectationLines = ({ duration, failure, tokens, cost }: JsonObject): readonly string[] => {
  const lines: string[] = [];
  if (isJsonObject(duration))
    lines.push(`  time     p50 ${seconds(duration.p50_seconds)}, p95 ${seconds(duration.p95_seconds)}`);
  if (isJsonObject(failure) && typeof failure.probability === 'number')
    lines.push(`  fails    ${(failure.probability * 100).toFixed(1)} % of simulated runs`);
  if (isJsonObject(tokens)) lines.push(`  tokens   p50 ${text(tokens.p50)}, p95 ${text(tokens.p95)}`);
  if (isJsonObject(cost)) lines.push(`  cost     p50 ${text(cost.p50)}, p95 ${text(cost.p95)} ${text(cost.currency)}`);
  return lines;
};

const FAILS: Readonly<Record<string, string>> = {
  must: 'It fails whatever its tasks give.',
  may: 'It may fail although no task does.',
};

/** A plan for a person. */
export const planText = (plan: JsonObject): string => {
  const { workflow, basis, effects, redirects } = plan;
  const { name, version } = isJsonObject(workflow) ? workflow : {};
  const { executions, window_days: days, assumptions } = isJsonObject(basis) ? basis : {};
  const changes = isJsonObject(effects) ? texts(effects.irreversible) : [];
  const names = (value: Json | undefined): string[] =>
    list(value).map((one) => `  ${text(one.name)}  ${texts(one.tasks).join(', ')}`);
  const lines = [
    `${text(name)} ${text(version)}: ● certain, ○ possible, × impossible`,
    ...list(plan.tasks).map(taskLine),
    ...(FAILS[text(plan.fails)] === undefined ? [] : [FAILS[text(plan.fails)] as string]),
    ...section(
      'sub-workflows',
      list(plan.workflows).flatMap((child) => childLines(child)),
    ),
    ...section('waits', list(plan.waits).map(waitLine)),
    ...section(
      'hosts',
      list(plan.hosts).map(({ host, tasks }) => `  ${text(host)}  ${texts(tasks).join(', ')}`),
    ),
    ...section(
      'may be redirected elsewhere',
      texts(redirects).map((task) => `  ${task}`),
    ),
    ...section('credentials', names(plan.credentials)),
    ...section('secrets', names(plan.secrets)),
    ...section(
      'changes that nothing undoes',
      changes.map((task) => `  ${task}`),
    ),
    ...section('expected', expectationLines(plan)),
    `rests on ${text(executions)} execution(s) of ${text(days)} days`,
    ...texts(assumptions).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
};
