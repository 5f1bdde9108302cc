import { findStep, type Step } from '../../../engine/core/index.js';
import { isJsonObject, type Uuid } from '../../../kernel/index.js';
import { knownEffects } from '../plan/touched.js';
import { advice, RECORDED, retry, skip, type Cause, type Evidence, type Fix } from './cause.js';
import { expressionCause } from './expression-cause.js';
import { httpCause, statusIn } from './http-cause.js';
import type { FailedAttempt } from './run-record.js';
import { evidenceOf, pathOf, pointerOf, shareOf, usualEvidence, type Around, type FailedStep } from './step-record.js';
import { timeoutCause, waitCause } from './timeout-cause.js';

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

/** Why a step failed of itself. */
export const causeOfStep = (around: Around & { readonly workflow: Uuid }, address: string): Cause => {
  const attempts = around.record.failures.get(address) ?? [];
  const step = findStep(around.record.state, address) as Step;
  const { failure } = attempts.at(-1) as FailedAttempt;
  const failed: FailedStep = { around, step, attempts, failure };
  const { code, kind } = failure;
  const { work } = step.task;
  if (code === 'expression_error') return expressionCause(failed, around.workflow);
  if (work.is === 'workflow' && childOf(failed) !== undefined) return childCause(failed);
  if (code === 'loop_limit')
    return plain(failed, [
      advice(`${pointerOf(failed)}/loop/max_iterations`, 'Raise `max_iterations`, or correct the condition.'),
    ]);
  if (code === 'attempt_lost') return lostCause(failed);
  if (kind === 'timeout')
    return work.is === 'task' || work.is === 'wait' || !('within' in work) ? timeoutCause(failed) : waitCause(failed);
  const cure = MISSING[code];
  if (cure !== undefined) return plain(failed, [advice(undefined, cure), retry('Then run again what failed.')]);
  if (code === 'schema_mismatch' || code === 'output_invalid') {
    const said = 'What it was given does not fit the schema of the task: correct its input.';
    return plain(failed, [advice(`${pointerOf(failed)}/input`, said), skip(address)]);
  }
  if (statusIn(failed) !== undefined) return httpCause(failed, retryPolicy(failed));
  if (kind === 'transient') return transientCause(failed);
  return plain(failed, [retry('Run again what failed, once its cause is mended.'), skip(address)]);
};

const plain = (failed: FailedStep, fixes: readonly Fix[]): Cause => {
  const { step, attempts, failure } = failed;
  const figure = shareOf(failed);
  return {
    ...{ code: failure.code, step: step.address, text: failure.message, likelihood: 'certain', because: RECORDED },
    ...(figure !== undefined && { figure }),
    evidence: [...evidenceOf(step.address, attempts), ...usualEvidence(failed)],
    fixes,
  };
};

const lostCause = (failed: FailedStep): Cause => ({
  ...plain(failed, [retry('Run it again, once it is known that doing it twice does no harm.')]),
  text: 'The process ended while the attempt ran, and the task says `on_lost: fail`.',
});

/** The execution that a step started and waited for. */
const childOf = ({ failure }: FailedStep): string | undefined => {
  const { details } = failure;
  const id = isJsonObject(details ?? null) ? (details as { execution_id?: unknown }).execution_id : undefined;
  return typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? id : undefined;
};

/** Its cause is in another execution. */
const childCause = (failed: FailedStep): Cause => {
  const child = childOf(failed) ?? '';
  return plain(failed, [
    {
      ...{ is: 'elsewhere', path: `/api/v1/executions/${child}/diagnose`, body: {}, command: `diagnose ${child}` },
      text: 'See why that execution failed.',
    },
    retry('Once that is mended, run again what failed: the other workflow is started anew.'),
    skip(failed.step.address),
  ]);
};

/** A policy for a task that has none. A task that writes may do again what it has done: it is never offered one. */
const retryPolicy = ({ around, step, failure }: FailedStep): Fix[] => {
  const { task } = step;
  const isOffered = failure.kind === 'transient' && !task.retry && task.work.is === 'task' && !task.compensate;
  if (!isOffered || knownEffects(task, around.facts) === 'write') return [];
  const op = { op: 'set_retry', task: pathOf(step), retry_policy: { max_retries: 3 } };
  return [{ is: 'change', op, text: 'Let it be tried again by itself.' }];
};

const circuits = ({ around }: FailedStep): readonly { readonly evidence: Evidence; readonly destination: string }[] =>
  around.destinations
    .filter(({ state }) => state !== 'closed')
    .map(({ destination, state, failures }) => ({
      destination,
      evidence: {
        ...{ seq: undefined, step: undefined },
        text: `the circuit of ${destination} is ${state}, after ${failures} failures`,
      },
    }));

const transientCause = (failed: FailedStep): Cause => {
  const { attempts, failure, step } = failed;
  const tries = attempts.filter(({ attempt }) => attempt > 0).length;
  const open =
    failure.code === 'circuit_open'
      ? circuits(failed).filter(({ destination }) => failure.message.includes(destination))
      : [];
  const reset = open.map(({ destination }) =>
    advice(
      undefined,
      `It is asked again by itself after a while; once it is mended, at once: harmonia destination reset ${destination}`,
    ),
  );
  const base = plain(failed, [
    retry('Run again what failed; what completed is kept.'),
    ...retryPolicy(failed),
    ...reset,
    skip(step.address),
  ]);
  return {
    ...base,
    text: `${tries === 1 ? 'Its only attempt' : `All ${tries} attempts`} failed for a reason that may pass: ${failure.message}`,
    evidence: [...base.evidence, ...open.map(({ evidence }) => evidence)],
  };
};
