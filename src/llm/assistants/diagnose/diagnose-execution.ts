import { findStep, reexecute, type CompiledWorkflow, type Step } from '../../../engine/core/index.js';
import type { Instant, Json, JsonObject, Uuid } from '../../../kernel/index.js';
import { isOp, parseOp } from '../../optimizer/rewrite/index.js';
import { prove, type Subject } from '../../optimizer/prove/index.js';
import { RECORDED, type Cause, type Fix } from './cause.js';
import { causeOfStep } from './failed-step.js';
import { causesOfStanding } from './standing.js';
import type { Around } from './step-record.js';

export interface Diagnosis extends Around {
  readonly execution: Uuid;
  readonly workflow: Uuid;
  readonly now: Instant;
  readonly definitions: ReadonlyMap<string, CompiledWorkflow>;
  /** For changes of the definition; undefined: none are offered. */
  readonly subject: Subject | undefined;
}

/** What the record says by itself comes before what fits it; of that, what was counted more often. */
const byLikelihood = (one: Cause, other: Cause): number => {
  if (one.likelihood !== other.likelihood) return one.likelihood === 'certain' ? -1 : 1;
  return one.likelihood === 'certain' ? 0 : (other.figure ?? 0) - (one.figure ?? 0);
};

/** Why an execution failed, or does not go on: the likeliest first, of equally likely ones the first that happened. */
export const causesOf = (about: Diagnosis): readonly Cause[] => [...unorderedCauses(about)].sort(byLikelihood);

/** The same in the words of the API. Nothing is said without evidence. */
export const diagnose = (about: Diagnosis, causes: readonly Cause[] = causesOf(about)): JsonObject => ({
  execution_id: about.execution,
  status: about.record.state.status.is,
  causes: causes.map((cause) => causeWords(about, cause)),
});

const unorderedCauses = (about: Diagnosis): readonly Cause[] => {
  const { record, now } = about;
  const { status } = record.state;
  if (status.is === 'running' || status.is === 'paused') {
    return [
      ...origins(record.state.root.failed, about).map((step) => causeOfStep(about, step)),
      ...causesOfStanding(about, now),
    ];
  }
  if (status.is === 'completed') return [];
  const steps = origins(record.state.root.failed, about).map((step) => causeOfStep(about, step));
  if (steps.length > 0) return steps;
  const code = status.is === 'failed' ? status.failure.code : 'canceled';
  const text =
    status.is === 'failed'
      ? status.failure.message
      : `It was canceled${status.reason === undefined ? '' : `: ${status.reason}`}.`;
  const evidence = [{ seq: record.last?.seq, step: undefined, text: record.last?.event.type ?? '' }];
  const resume: Fix = { is: 'operation', operation: { is: 'resume' }, text: 'Let it go on where it was.' };
  return [{ code, step: null, text, likelihood: 'certain', because: RECORDED, evidence, fixes: [resume] }];
};

/** The steps whose own failure it is: inside constructs, where something in them failed. */
const origins = (failed: readonly string[], about: Diagnosis): readonly string[] => {
  const found = failed.flatMap((address) => {
    const step = findStep(about.record.state, address);
    return step ? originsIn(step) : [];
  });
  const known = found.filter((address) => about.record.failures.has(address));
  // A cause that came first is the more likely one.
  const seq = (address: string): number => about.record.failures.get(address)?.at(-1)?.seq ?? 0;
  return [...new Set(known)].sort((a, b) => seq(a) - seq(b));
};

const originsIn = (step: Step): readonly string[] => {
  const { bodies } = step;
  if (!bodies) return [step.address];
  const scopes =
    bodies.is === 'try'
      ? [bodies.scopes.try, bodies.scopes.catch, bodies.scopes.finally]
      : bodies.is === 'group' || bodies.is === 'race'
        ? [bodies.scope]
        : bodies.scopes;
  const inner = scopes.flatMap((scope) =>
    (scope?.failed ?? []).flatMap((address) => {
      const found = scope?.steps.find((one) => one.address === address);
      return found ? originsIn(found) : [];
    }),
  );
  return inner.length > 0 ? inner : [step.address];
};

const causeWords = (
  about: Diagnosis,
  { code, step, text, likelihood, because, figure, evidence, fixes, details }: Cause,
): JsonObject => ({
  ...{ code, step, text, likelihood, because, details: details ?? null },
  figure: figure === undefined ? null : Number(figure.toFixed(3)),
  evidence: evidence.map((one) => ({ seq: one.seq ?? null, step: one.step ?? null, text: one.text })),
  fixes: fixes.flatMap((fix) => fixWords(about, fix)),
});

const EMPTY = { request: null, command: null, plan: null, ops: null, level: null, pointer: null };

/** As a request and a command. What the engine, or the checker, would refuse is left out. */
const fixWords = (about: Diagnosis, fix: Fix): Json[] => {
  const { execution, subject } = about;
  const path = `/api/v1/executions/${execution}`;
  const { is, text } = fix;
  switch (fix.is) {
    case 'advice':
      return [{ ...EMPTY, is, text, pointer: fix.pointer ?? null }];
    case 'request': {
      const request = { method: 'POST', path: `${path}/${fix.action}`, body: fix.body };
      const [verb = '', ...rest] = fix.command.split(' ');
      return [{ ...EMPTY, is, text, request, command: ['harmonia execution', verb, execution, ...rest].join(' ') }];
    }
    case 'elsewhere': {
      const request = { method: 'POST', path: fix.path, body: fix.body };
      const command = fix.command === undefined ? null : `harmonia ${fix.command}`;
      return [{ ...EMPTY, is: 'request', text, request, command }];
    }
    case 'operation':
      return operationWords(about, fix);
    case 'change': {
      const op = parseOp(fix.op);
      const proved = subject && isOp(op) ? prove(subject, [op]) : undefined;
      return proved?.ok ? [{ ...EMPTY, is, text, ops: [fix.op], level: proved.value.level }] : [];
    }
  }
};

/** What a re-execution would do; nothing where the engine would refuse it. */
const operationWords = (
  { execution, record, definitions }: Diagnosis,
  fix: Extract<Fix, { is: 'operation' }>,
): Json[] => {
  const { is, text } = fix;
  const path = `/api/v1/executions/${execution}`;
  const planned = reexecute(definitions, record.journal, fix.operation);
  if (!planned.ok) return [];
  const { kept, reset, created } = planned.value.plan;
  const step = 'step' in fix.operation ? fix.operation.step : undefined;
  const body = { operation: fix.operation.is, ...(step !== undefined && { step }) };
  const command = `harmonia execution ${COMMANDS[fix.operation.is]} ${execution}${step === undefined ? '' : ` '${step}'`}`;
  const plan = { kept: kept.length, reset: reset.map((one) => one.step), created: created.length };
  return [{ ...EMPTY, is, text, request: { method: 'POST', path: `${path}/reexecute`, body }, command, plan }];
};

const COMMANDS = { resume: 'resume', retry_failed: 'retry', rerun_from: 'rerun', skip: 'skip' } as const;
