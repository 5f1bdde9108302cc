import { findStep, patternOf, stepStatus, type Failure, type Step } from '../../../engine/core/index.js';
import { isJsonObject } from '../../../kernel/index.js';
import type { WorkflowHistory } from '../../optimizer/simulate/index.js';
import type { DestinationState } from '../../../integration/ports/index.js';
import type { Cause, Evidence, Fix } from './cause.js';
import type { FailedAttempt, RunRecord } from './run-record.js';

/** What a diagnosis looks at beside the journal. */
export interface Around {
  readonly record: RunRecord;
  readonly history: WorkflowHistory;
  readonly destinations: readonly DestinationState[];
}

/** What a person has to put right before it is worth trying again, by code. */
const MISSING: Readonly<Record<string, string>> = {
  credential_missing: 'Make the credential that the task names: `harmonia credential set`.',
  secret_missing: 'Make the secret that the input names: `harmonia credential set`.',
  task_type_unknown: 'Install or enable the plugin that offers this task type: `harmonia plugin list`.',
  component_not_found: 'Register the component, or correct its name: `harmonia component list`.',
  action_not_found: 'Correct the action, or register it with the component.',
  address_blocked: 'The network guard refuses this address: correct the URL, or allow it with HARMONIA_HTTP_ALLOW.',
  host_not_granted: 'The manifest of the plugin does not grant this host.',
};

const MANY = 5;

export const evidenceOf = (step: string, attempts: readonly FailedAttempt[]): Evidence[] => {
  const shown = attempts.length <= MANY ? attempts : [...attempts.slice(0, 1), ...attempts.slice(1 - MANY)];
  return shown.map(({ seq, attempt, startedAt, at, failure }) => {
    const took = startedAt === undefined ? '' : ` after ${(at - startedAt) / 1000} s`;
    const which = attempt > 0 ? `attempt ${attempt} failed` : 'failed before an attempt';
    return { seq, step, text: `${which}${took}: ${failure.kind} ${failure.code}: ${failure.message}` };
  });
};

const retry = (text: string): Fix => ({ is: 'operation', operation: { is: 'retry_failed' }, text });
const skip = (step: string): Fix => ({
  is: 'operation',
  operation: { is: 'skip', step },
  text: 'Count the step as skipped, when what depends on it can do without its output.',
});

/** Why a step failed of itself. */
export const causeOfStep = (around: Around, address: string): Cause => {
  const { record } = around;
  const attempts = record.failures.get(address) ?? [];
  const step = findStep(record.state, address) as Step;
  const final = attempts.at(-1) as FailedAttempt;
  const about = { around, step, attempts, failure: final.failure };
  const base = { step: address, likelihood: 'certain', evidence: evidenceOf(address, attempts) } as const;
  const { code, kind, message } = final.failure;
  if (code === 'expression_error') return expressionCause(about);
  if (code === 'loop_limit')
    return {
      ...base,
      code,
      text: message,
      fixes: [advice(`${pointerOf(step)}/loop/max_iterations`, 'Raise `max_iterations`, or correct the condition.')],
    };
  if (code === 'attempt_lost') {
    const text = 'The process ended while the attempt ran, and the task says `on_lost: fail`.';
    return { ...base, code, text, fixes: [retry('Run it again, once it is known that doing it twice does no harm.')] };
  }
  if (kind === 'timeout') return timeoutCause(about);
  const cure = MISSING[code];
  if (cure !== undefined) {
    return { ...base, code, text: message, fixes: [advice(undefined, cure), retry('Then run again what failed.')] };
  }
  if (code === 'schema_mismatch' || code === 'output_invalid') {
    const fixes = [
      advice(`${pointerOf(step)}/input`, 'What it was given does not fit the schema of the task: correct its input.'),
      skip(address),
    ];
    return { ...base, code, text: message, fixes };
  }
  return kind === 'transient'
    ? transientCause(about)
    : {
        ...base,
        code,
        text: message,
        fixes: [retry('Run again what failed, once its cause is mended.'), skip(address)],
      };
};

interface About {
  readonly around: Around;
  readonly step: Step;
  readonly attempts: readonly FailedAttempt[];
  readonly failure: Failure;
}

const advice = (pointer: string | undefined, text: string): Fix => ({ is: 'advice', pointer, text });

const pointerOf = ({ task, scope, address }: Step): string =>
  scope.owner === undefined
    ? `/tasks/${task.id}`
    : `/tasks${patternOf(address)
        .replaceAll('[*]', '')
        .replace(/\/([^/]+)$/, '/tasks/$1')}`;

const expressionCause = ({ around, step, attempts, failure }: About): Cause => {
  const details = isJsonObject(failure.details) ? failure.details : {};
  const pointer = typeof details.pointer === 'string' ? details.pointer : undefined;
  const expression = typeof details.expression === 'string' ? details.expression : '';
  const nulls = step.task.reads.flatMap(({ up, index }): Evidence[] => {
    let { scope } = step;
    for (let level = 0; level < up; level++) scope = scope.owner?.scope ?? scope;
    const source = scope.steps[index];
    if (!source || !new RegExp(`\\b${source.task.id}\\b`).test(expression)) return [];
    const isNull = source.state.at !== 'completed' || source.state.output === null;
    if (!isNull) return [];
    const seq = around.record.seqOf.get(source.address);
    return [{ seq, step: source.address, text: `its output is null: it is ${stepStatus(source.state)}` }];
  });
  const [first] = nulls;
  const text = first ? `The expression reads ${first.step}, which gave nothing.` : failure.message;
  return {
    code: 'expression_error',
    step: step.address,
    text,
    likelihood: 'certain',
    evidence: [...evidenceOf(step.address, attempts), ...nulls],
    fixes: [
      advice(
        pointer,
        first
          ? 'Guard it: `has(…)`, `?.` or `.orValue(…)`, or a `when` that asks for the status.'
          : 'Correct the expression.',
      ),
      { is: 'operation', operation: { is: 'skip', step: step.address }, text: 'Count the step as skipped.' },
    ],
    details: { expression, pointer: pointer ?? null },
  };
};

/** Samples that a limit may be drawn from. */
const ENOUGH = 30;

const timeoutCause = ({ around, step, attempts, failure }: About): Cause => {
  const durations = around.history.tasks.get(patternOf(step.address))?.durations;
  const timeout = step.task.timeout;
  const seen = durations && durations.weight > 0 ? durations : undefined;
  const usual: Evidence[] = seen
    ? [
        {
          seq: undefined,
          step: step.address,
          text: `attempts that succeed take ${seen.quantile(0.5) / 1000} s (p50), ${seen.quantile(0.99) / 1000} s (p99)`,
        },
      ]
    : [];
  const runs = around.history.tasks.get(patternOf(step.address))?.runs ?? 0;
  const isTight = seen !== undefined && timeout !== undefined && runs >= ENOUGH && seen.quantile(0.95) > timeout / 2;
  const raised = timeout === undefined ? undefined : (timeout * 2) / 1000;
  const change: Fix[] =
    raised === undefined
      ? []
      : [
          {
            is: 'change',
            op: { op: 'set_timeout', task: patternOf(step.address).replaceAll('[*]', ''), seconds: raised },
            text: `Let an attempt take ${raised} s.`,
          },
        ];
  return {
    code: failure.code,
    step: step.address,
    text: isTight ? 'The limit is close to what the task usually takes.' : failure.message,
    likelihood: 'certain',
    evidence: [...evidenceOf(step.address, attempts), ...usual],
    fixes: [retry('Run again what failed.'), ...(failure.code === 'timeout' ? change : []), skip(step.address)],
  };
};

const transientCause = ({ around, step, attempts, failure }: About): Cause => {
  const open = around.destinations.filter(({ state }) => state !== 'closed');
  const circuits = open.map(({ destination, state, failures }): Evidence => ({
    ...{ seq: undefined, step: undefined },
    text: `the circuit of ${destination} is ${state}, after ${failures} failures`,
  }));
  const tries = attempts.filter(({ attempt }) => attempt > 0).length;
  const policy = step.task.retry === undefined && step.task.effects !== 'write';
  const retries: Fix[] = policy
    ? [
        {
          is: 'change',
          op: {
            op: 'set_retry',
            task: patternOf(step.address).replaceAll('[*]', ''),
            retry_policy: { max_retries: 3 },
          },
          text: 'Let it be tried again by itself.',
        },
      ]
    : [];
  return {
    code: failure.code,
    step: step.address,
    text: `${tries === 1 ? 'Its only attempt' : `All ${tries} attempts`} failed for a reason that may pass: ${failure.message}`,
    likelihood: 'certain',
    evidence: [...evidenceOf(step.address, attempts), ...(failure.code === 'circuit_open' ? circuits : [])],
    fixes: [retry('Run again what failed; what completed is kept.'), ...retries, skip(step.address)],
  };
};
